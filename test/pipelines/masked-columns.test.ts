import { describe, expect, it } from 'vitest';
import { compilePipeline } from '../../pipelines/compile.js';

const text = (drift: string) => `
apiVersion: millrace/v1
name: coffee
model: coffee
steps:
  nothing: { uses: noop }
monitor:
  time: hour
  window: { every: 1d }
  drift: ${drift}
serve:
  log: { columns: { customer: hash, town: drop } }
`;

const compiled = (drift: string) =>
  compilePipeline(text(drift), { file: 'pipeline.yaml', baseDirectory: '/tmp' });

describe('columns that the log masks', () => {
  it('are left out of the monitor, which says why', () => {
    const found = compiled('{}');
    if (!found.ok) throw new Error(JSON.stringify(found.errors));
    expect(found.plan.monitor?.masked).toEqual(['customer', 'town']);
    expect(found.warnings).toContainEqual(
      expect.stringMatching(/^monitor does not watch customer, town: serve.log.columns masks them/),
    );
  });

  it('cannot be watched by name', () => {
    const found = compiled('{ features: { columns: [price, town] } }');
    expect(found.ok ? [] : found.errors.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '10: town is masked by serve.log.columns, so the monitor never sees its values',
    ]);
  });
});
