import { describe, expect, test } from 'vitest';
import { compilePipeline } from '../../pipelines/compile.js';

function refusals(deploy: string, rest = ''): readonly string[] {
  const text = `apiVersion: millrace/v1
name: served
model: served
steps:
  ingest: { uses: ingest, with: { source: rows.parquet, time: day } }
  deploy: { uses: deploy, with: { version: 1, ${deploy} } }
${rest}`;
  const compiled = compilePipeline(text, { file: 'served.yaml', baseDirectory: '/' });
  if (compiled.ok) return [];
  return compiled.errors.map(({ line, message, hint }) => `${line} ${message}; ${hint}`);
}

const EVALUATE = '  check: { uses: evaluate, with: { models: [], holdout: 1, target: t } }\n';
const PROOF =
  'monitor: { time: day, window: { every: 1d }, respond: { promote: { margin: 2% } }, performance: { metric: mae, worseThan: 10% } }\n';
const WHY = '6 uncompared is for a pipeline that compares nothing, and';

describe('promote of a deploy step', () => {
  test.each(['promote: compared', 'promote: uncompared', 'promote: uncompared, strategy: canary'])(
    'may be %s',
    (deploy) => {
      expect(refusals(deploy)).toEqual([]);
    },
  );

  test('cannot be uncompared beside a step that compares', () => {
    expect(refusals('promote: uncompared', EVALUATE).join('\n')).toContain(
      `${WHY} step check compares its version with the champion; leave`,
    );
  });

  test('cannot be uncompared where the monitor asks for a proof', () => {
    expect(refusals('promote: uncompared', PROOF).join('\n')).toContain(
      `${WHY} monitor.respond.promote says how far a version has to be proven; leave`,
    );
  });

  test.each(['promote: compared', 'strategy: replace'])('%s agrees with both', (deploy) => {
    const told = refusals(deploy, `${EVALUATE}${PROOF}`);
    expect(told.filter((text) => text.includes('uncompared'))).toEqual([]);
  });

  test('is one of two', () => {
    expect(refusals('promote: always').join()).toContain('compared, uncompared');
  });
});
