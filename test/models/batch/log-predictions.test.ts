import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { LogSpec, PredictionRecord } from '../../../contracts/index.js';
import type { BatchJob } from '../../../models/batch/batch-job.js';
import { predictFile } from '../../../models/batch/predict-file.js';
import { loadModel } from '../../../models/inference/load-model.js';
import { LogPolicy } from '../../../models/predictions/log-policy.js';
import { createPredictionReader } from '../../../models/predictions/prediction-reader.js';
import { queryRows, withDatabase } from '../../../storage/tabular/database.js';
import { writeParquet } from '../../../storage/tabular/write-parquet.js';
import { LINEAR } from '../serving/serving-fixture.js';

const UUID = '01a1fc76-d89c-728d-8ed4-dcc4a4e8e661';
const KEY = new Uint8Array(32).fill(7);
const WINDOW = { start: '2011-01-01T00:00:00Z', end: '2011-01-02T00:00:00Z' };

const signature = {
  ...LINEAR,
  context: [...LINEAR.context, { name: 'customer', role: 'key' as const, kind: 'string' as const }],
};

/** Row r: a = r, b = 1, in the hour r of one day; the answer is 2 r + 1. */
async function tableOf(path: string, rows: number): Promise<void> {
  const hours = Array.from({ length: rows }, (_, r) =>
    new Date(Date.UTC(2011, 0, 1, r)).toISOString(),
  );
  await writeParquet(
    {
      rows,
      columns: [
        { name: 'a', kind: 'number', values: Float64Array.from({ length: rows }, (_, r) => r) },
        { name: 'b', kind: 'integer', values: new Float64Array(rows).fill(1) },
        { name: 'hour', kind: 'string', values: hours },
        { name: 'customer', kind: 'string', values: hours.map((_, r) => `customer ${r}`) },
      ],
      metadata: {},
    },
    path,
  );
}

async function predicted(spec: LogSpec, rows = 10, more: Partial<BatchJob> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-batch-log-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const input = join(directory, 'in.parquet');
  await tableOf(input, rows);
  const graph = fileURLToPath(new URL('../../fixtures/onnx/linear.onnx', import.meta.url));
  const model = await loadModel(graph, signature);
  onTestFinished(() => model.release());
  const predictions = join(directory, 'predictions');
  const run = (requestUuid = UUID) =>
    predictFile(
      {
        input,
        output: join(directory, 'out.parquet'),
        outputFormat: 'parquet',
        model: 'rentals',
        version: 3,
        graph: 'digest',
        signature,
        columns: null,
        onBadRow: 'fail',
        requestUuid,
        workDir: join(directory, '.work'),
        partRows: 4,
        ...more,
      },
      model,
      { log: { directory: predictions, spec, maskingKey: KEY } },
    );
  await run();
  return { run, predictions, reader: createPredictionReader(predictions) };
}

const inputs = [
  { name: 'a', kind: 'number' as const },
  { name: 'b', kind: 'integer' as const },
];

test('the predictions of a job are read as those of a gateway, by their event time', async () => {
  const { reader } = await predicted({});
  const [window] = await reader.window('rentals', WINDOW, inputs);
  expect(window?.version).toBe(3);
  expect(window?.table.rows).toBe(10);
  const values = (name: string) => [
    ...(window?.table.columns.find((column) => column.name === name)?.values ?? []),
  ];
  expect(values('a')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(values('__prediction')).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
  expect(await reader.summary('rentals')).toMatchObject({
    rows: 10,
    watermarkMs: Date.UTC(2011, 0, 1, 9),
  });
});

test('a job that is repeated has its predictions in the log once, under the same ids', async () => {
  const { run, predictions, reader } = await predicted({});
  await run();
  expect((await reader.summary('rentals')).rows).toBe(10);
  expect(await readdir(join(predictions, 'rentals', 'batch'))).toEqual([
    `predictions-${UUID}.parquet`,
  ]);
});

test('what the pipeline masks is masked as a gateway masks it', async () => {
  const columns = { customer: 'hash', a: 'drop' } as const;
  const { predictions } = await predicted({ columns }, 2);
  const [row] = await rowsOf(join(predictions, 'rentals', 'batch', `predictions-${UUID}.parquet`));
  const record: PredictionRecord = {
    id: `${UUID}/0`,
    model: 'rentals',
    version: 3,
    at: '',
    eventTime: '',
    inputs: { a: 0, b: 1 },
    context: { hour: '2011-01-01T00:00:00.000Z', customer: 'customer 0' },
    prediction: 1,
  };
  const masked = new LogPolicy({ columns }, signature, KEY).masked(record);
  expect({ inputs: row?.inputs, context: row?.context }).toEqual({
    inputs: masked.inputs,
    context: masked.context,
  });
});

test('of a CSV file a text is logged as it is written, and a time with its zone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-batch-log-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const input = join(directory, 'in.csv');
  await writeFile(input, 'a,b,hour,customer\n1,2,2011-01-01 05:00:00,0071\n2,2,2011-01-01,12\n');
  const { predictions } = await predicted({}, 1, { input });
  const rows = await rowsOf(join(predictions, 'rentals', 'batch', `predictions-${UUID}.parquet`));
  expect(rows.map(({ context }) => context)).toEqual([
    { hour: '2011-01-01T05:00:00Z', customer: '0071' },
    { hour: '2011-01-01T00:00:00Z', customer: '12' },
  ]);
});

test('a sample is the same rows each time, about as many as were asked for', async () => {
  const { reader } = await predicted({ sample: 0.25 }, 1_000, { partRows: 500 });
  const { rows } = await reader.summary('rentals');
  expect(rows).toBeGreaterThan(190);
  expect(rows).toBeLessThan(310);
});

async function rowsOf(path: string) {
  const query = `SELECT inputs, context FROM read_parquet('${path}') ORDER BY id`;
  const rows = await withDatabase([path], undefined, (connection) => queryRows(connection, query));
  return rows.map(([inputs, context]) => ({
    inputs: JSON.parse(String(inputs)),
    context: JSON.parse(String(context)),
  }));
}
