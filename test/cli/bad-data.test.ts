import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { document, type Ended, millrace } from './millrace.js';

/** Data that is wrong, met by a run on the real stack: the error names it, and nothing is lost. */

interface Run {
  readonly runId: string;
  readonly status: string;
  readonly detail: string | null;
  readonly steps: Readonly<
    Record<
      string,
      {
        readonly status: string;
        readonly attempts: number;
        readonly failure?: {
          readonly type: string;
          readonly message: string;
          readonly hint?: string;
        };
      }
    >
  >;
}

let cwd: string;
const call = (...args: string[]): Promise<Ended> => millrace(args, { cwd });

/** Sixty days of sales with a weekly pattern. */
const SALES = [
  'day,weekday,price,sales',
  ...Array.from({ length: 240 }, (_, index) => {
    const day = new Date(Date.UTC(2024, 0, 1) + index * 6 * 3_600_000).toISOString().slice(0, 19);
    return `${day},${index % 7},${(10 + (index % 5)).toFixed(2)},${20 + 3 * (index % 7) - (index % 5)}`;
  }),
].join('\n');

function pipeline(
  name: string,
  options: { source?: string; time?: string; target?: string; gate?: string; check?: string },
): string {
  const {
    source = 'sales.csv',
    time = 'day',
    target = 'sales',
    gate = 'metrics.mae < 100',
    check = 'price',
  } = options;
  return `apiVersion: millrace/v1
name: ${name}
model: ${name}
steps:
  ingest: {uses: ingest, with: {source: ${source}, time: ${time}}}
  validate:
    uses: validate
    with:
      data: \${steps.ingest.data}
      expect: [{expect_column_values_to_not_be_null: {column: ${check}}}]
  train: {uses: train, with: {data: "\${steps.validate.data}", target: ${target}, algorithm: decision-tree}}
  evaluate:
    uses: evaluate
    with: {models: "\${steps.train.model}", holdout: "\${steps.validate.holdout}", target: ${target}}
    gate: ${gate}
  register: {uses: register, with: {model: "\${steps.evaluate.best}"}}
`;
}

/** Writes and runs a pipeline; its one document. */
async function run(
  name: string,
  options: Parameters<typeof pipeline>[1],
): Promise<{ ended: Ended; run: Run }> {
  await writeFile(join(cwd, `${name}.yaml`), pipeline(name, options));
  const ended = await call('run', `${name}.yaml`, '--json');
  return { ended, run: document<Run>(ended) };
}

beforeAll(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'millrace-bad-data-')));
  await writeFile(join(cwd, 'sales.csv'), SALES);
  await writeFile(join(cwd, 'empty.csv'), '');
  await writeFile(join(cwd, 'ragged.csv'), `${SALES}\n2024-09-01T00:00:00,1,2\n`);
  await writeFile(join(cwd, 'corrupt.parquet'), `PAR1${'x'.repeat(500)}PAR1`);
  await writeFile(join(cwd, 'broken.ndjson'), '{"day":"2024-01-01","sales":1}\n{"day":\n');
  const { ended } = await run('good', {});
  if (ended.code !== 0) throw new Error(`a good run does not complete:\n${ended.stderr}`);
});
afterAll(async () => {
  await call('down');
  await rm(cwd, { recursive: true, force: true });
});

describe('bad data ends a run with 65, once, with an error that names it', () => {
  it.each([
    ['a file that is not there', { source: 'sale.csv' }, 'ingest', /sale\.csv/],
    ['an empty file', { source: 'empty.csv' }, 'ingest', /empty\.csv/],
    ['a corrupt Parquet', { source: 'corrupt.parquet' }, 'ingest', /corrupt\.parquet/],
    [
      'a ragged row, by its line',
      { source: 'ragged.csv' },
      'ingest',
      /ragged\.csv.*242|242.*ragged\.csv/,
    ],
    ['a broken line of NDJSON', { source: 'broken.ndjson' }, 'ingest', /broken\.ndjson/],
    ['a time column that is not there', { time: 'dya' }, 'ingest', /dya/],
    ['a target that is not there', { target: 'sale' }, 'train', /sale\b/],
  ] as const)('%s', async (what, options, step, named) => {
    const { ended, run: failed } = await run(
      what.replaceAll(/[^a-z]+/gi, '-').toLowerCase(),
      options,
    );
    expect(ended.code).toBe(65);
    expect(failed.status).toBe('failed');
    expect(failed.steps[step]).toMatchObject({
      status: 'failed',
      attempts: 1,
      failure: { type: 'InvalidInput', message: expect.stringMatching(named) },
    });
    expect(failed.steps['register']?.status).toBe('skipped');
  });

  it('a column that an expectation names and is not there fails the check', async () => {
    const { ended, run: failed } = await run('check-missing', { check: 'prise' });
    expect(ended.code).toBe(1);
    expect(failed.steps['validate']?.failure?.type).toBe('ExpectationFailed');
    expect(failed.steps['validate']?.failure?.message).toContain('prise');
  });
});

describe('a gate', () => {
  it('passes where there is no champion to compare with, when it asks with has()', async () => {
    const { ended } = await run('no-champion', {
      gate: '"metrics.mae < 100 && (!has(champion.mae) || metrics.mae <= champion.mae)"',
    });
    expect(ended.code).toBe(0);
  });

  it('says no, by name, where the champion it reads does not exist', async () => {
    const { ended, run: rejected } = await run('champion-read', {
      gate: 'metrics.mae <= champion.mae',
    });
    expect(ended.code).toBe(1);
    expect(rejected.status).toBe('rejected');
    expect(rejected.detail).toContain('champion.mae');
  });

  it('says no where the metric it reads is not defined on the data', async () => {
    // One value in the hold-out has no spread, so R² has no value.
    const flat = SALES.split('\n').map((line, index) =>
      index > 150 ? line.replace(/,[^,]*$/, ',7') : line,
    );
    await writeFile(join(cwd, 'flat.csv'), flat.join('\n'));
    const { ended, run: rejected } = await run('undefined-metric', {
      source: 'flat.csv',
      gate: 'metrics.r2 > -1000000000.0',
    });
    expect(ended.code).toBe(1);
    expect(rejected).toMatchObject({
      status: 'rejected',
      detail: expect.stringContaining('metrics.r2'),
    });
  });
});

it('loses nothing: the good version and every run are still there', async () => {
  const models = document<{ versions: unknown[] }>(await call('models', 'show', 'good', '--json'));
  expect(models.versions).toHaveLength(1);
  const runs = document<{ runs: { pipeline: string }[] }>(await call('runs', '--json'));
  expect(runs.runs.map(({ pipeline: name }) => name)).toContain('good');
});
