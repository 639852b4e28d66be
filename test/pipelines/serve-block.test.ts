import { describe, expect, test } from 'vitest';
import { compilePipeline } from '../../pipelines/index.js';

const FILE = 'apiVersion: millrace/v1\nname: demo\nsteps: {a: {uses: noop}}\n';

function compile(serve: string) {
  return compilePipeline(`${FILE}${serve}`, { file: 'demo.yaml', baseDirectory: '/' });
}

describe('the serve block', () => {
  test('is in the plan in milliseconds, bytes and shares', () => {
    const compiled = compile(`serve:
  batch: {maxRows: 64, maxDelay: 2ms}
  queue: 5000
  timeout: 10s
  unknownCategories: pass
  log:
    sample: 20%
    keep: {for: 90d, size: 20GiB}
    columns: {phone: drop, customer: hash}
`);
    expect(compiled.ok && compiled.plan.serve).toEqual({
      batchRows: 64,
      batchDelayMs: 2,
      maxWaitingRows: 5_000,
      timeoutMs: 10_000,
      unknownCategories: 'pass',
      log: {
        sample: 0.2,
        keepMs: 90 * 86_400_000,
        keepBytes: 20 * 2 ** 30,
        columns: { phone: 'drop', customer: 'hash' },
      },
    });
  });

  test('has its defaults for what it turns on', () => {
    const compiled = compile('serve: {sampling: {times: 5}, cache: {ttl: 1h}}\n');
    expect(compiled.ok && compiled.plan.serve).toEqual({
      sampling: { times: 5, concurrency: 4 },
      cache: { maxEntries: 10_000, maxBytes: 16 * 2 ** 20, ttlMs: 3_600_000 },
    });
  });

  test('a file without one has the plan that it always had', () => {
    const compiled = compile('');
    expect(compiled.ok && Object.keys(compiled.plan)).not.toContain('serve');
  });

  test.each([
    ['serve: {batch: {maxRows: 0}}', '4: '],
    ['serve: {batch: {maxDelay: 2m}}', '4: the duration is out of range'],
    ['serve: {log: {sample: 0}}', '4: nothing would be logged'],
    ['serve: {log: {columns: {phone: encrypt}}}', '4: the text "encrypt" is not allowed here'],
    ['serve: {outliers: true}', '4: without a monitor there is no profile'],
    ['serve: {unknownCategories: drop}', '4: the text "drop" is not allowed here'],
    ['serve: {unknownCategories: reject}', '4: without a monitor there is no profile'],
    ['serve: {sampling: {times: 1}}', '4: '],
    ['serve: {sampling: {}}', '4: '],
    ['serve: {cache: {ttl: 90d}}', '4: the duration is out of range'],
    ['serve: {cache: {maxBytes: 16}}', '4: expected a size'],
    ['serve: {replicas: 2}', '4: unknown key replicas'],
  ])('%s is refused', (serve, message) => {
    const compiled = compile(serve);
    expect(compiled.ok ? [] : compiled.errors.map((e) => `${e.line}: ${e.message}`)).toEqual([
      expect.stringContaining(message),
    ]);
  });
});
