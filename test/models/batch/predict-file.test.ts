import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { BatchJob } from '../../../models/batch/batch-job.js';
import { predictFile } from '../../../models/batch/predict-file.js';
import { loadModel } from '../../../models/inference/load-model.js';
import type { ServedModel } from '../../../models/inference/served-model.js';
import { readTable } from '../../../storage/tabular/read-table.js';
import type { Table } from '../../../storage/tabular/table.js';
import { writeParquet } from '../../../storage/tabular/write-parquet.js';
import { CLASSIFIER, type Graph, LINEAR } from '../serving/serving-fixture.js';

const UUID = '01a1fc76-d89c-728d-8ed4-dcc4a4e8e661';
const ROWS = 10_000;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-batch-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

const at = (name: string) => join(directory, name);

async function model(graph: Graph = 'linear'): Promise<ServedModel> {
  const file = fileURLToPath(new URL(`../../fixtures/onnx/${graph}.onnx`, import.meta.url));
  const loaded = await loadModel(file, graph === 'classifier' ? CLASSIFIER : LINEAR);
  onTestFinished(() => loaded.release());
  return loaded;
}

function job(more: Partial<BatchJob> = {}): BatchJob {
  return {
    input: at('in.parquet'),
    output: at('out.parquet'),
    outputFormat: 'parquet',
    model: 'rentals',
    version: 3,
    graph: 'digest of the graph',
    signature: LINEAR,
    columns: null,
    onBadRow: 'fail',
    requestUuid: UUID,
    workDir: at('.work'),
    ...more,
  };
}

/** Row r: id r, a = r / 2, b = r, so that the answer is 2 a + b = 2 r. */
async function numbered(rows = ROWS): Promise<void> {
  const table: Table = {
    rows,
    columns: [
      { name: 'id', kind: 'integer', values: Float64Array.from({ length: rows }, (_, r) => r) },
      { name: 'a', kind: 'number', values: Float64Array.from({ length: rows }, (_, r) => r / 2) },
      { name: 'b', kind: 'integer', values: Float64Array.from({ length: rows }, (_, r) => r) },
      { name: 'note', kind: 'string', values: Array.from({ length: rows }, (_, r) => `n${r % 7}`) },
    ],
    metadata: { 'millrace.time': 'id' },
  };
  await writeParquet(table, at('in.parquet'));
}

/** A table's columns by name, as plain lists. */
async function columnsOf(path: string) {
  const { columns, rows } = await readTable(path);
  return {
    rows,
    names: columns.map(({ name }) => name),
    of: (name: string) => [...(columns.find((column) => column.name === name)?.values ?? [])],
  };
}

describe('every row of a file', () => {
  test('has its prediction beside it, in order, with its id and the version', async () => {
    await numbered();
    const result = await predictFile(job({ partRows: 3_000 }), await model());
    expect(result).toEqual({
      rows: ROWS,
      written: ROWS,
      bad: 0,
      examples: [],
      unanswered: 0,
      requestUuid: UUID,
      resumedRows: 0,
    });
    const out = await columnsOf(at('out.parquet'));
    expect(out.names).toEqual([
      'id',
      'a',
      'b',
      'note',
      'prediction',
      'prediction_id',
      'model_version',
    ]);
    expect(out.of('id')).toEqual(Array.from({ length: ROWS }, (_, row) => row));
    expect(out.of('prediction')).toEqual(Array.from({ length: ROWS }, (_, row) => 2 * row));
    expect(out.of('prediction_id')).toEqual(
      Array.from({ length: ROWS }, (_, row) => `${UUID}/${row}`),
    );
    expect(new Set(out.of('model_version'))).toEqual(new Set([3]));
    expect(await readdir(directory)).toEqual(['in.parquet', 'out.parquet']);
  });

  test('of a classification has its class and a probability for each', async () => {
    await writeFile(at('in.csv'), 'a\n-1\n2\n');
    const wanted = { input: at('in.csv'), output: at('out.csv'), outputFormat: 'csv' } as const;
    await predictFile(job({ ...wanted, signature: CLASSIFIER }), await model('classifier'));
    const out = await columnsOf(at('out.csv'));
    expect(out.names).toEqual([
      'a',
      'prediction',
      'probability_low',
      'probability_high',
      'prediction_id',
      'model_version',
    ]);
    expect(out.of('prediction')).toEqual(['low', 'high']);
    for (const row of [0, 1]) {
      const sum = Number(out.of('probability_low')[row]) + Number(out.of('probability_high')[row]);
      expect(sum).toBeCloseTo(1, 6);
    }
  });

  test('comes from CSV or NDJSON as from Parquet, and goes there', async () => {
    await writeFile(at('in.csv'), 'k,b,a\nx,1,0.5\ny,0,1\n');
    await writeFile(at('in.ndjson'), '{"k":"x","b":1,"a":0.5}\n{"k":"y","b":0,"a":1}\n');
    for (const input of ['in.csv', 'in.ndjson']) {
      const wanted = {
        input: at(input),
        output: at('out.ndjson'),
        outputFormat: 'ndjson',
      } as const;
      await predictFile(job({ ...wanted, columns: ['k'] }), await model());
      const lines = (await readFile(at('out.ndjson'), 'utf8')).trim().split('\n');
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        { k: 'x', prediction: 2, prediction_id: `${UUID}/0`, model_version: 3 },
        { k: 'y', prediction: 2, prediction_id: `${UUID}/1`, model_version: 3 },
      ]);
    }
  });
});

describe('a row that the model cannot take', () => {
  const CSV = 'k,a,b\ng0,1,1\nb1,,1\nb2,much,1\nb3,1,1.5\nb4,1e39,1\ng5,2,0\n';
  const wanted = () => ({
    input: at('in.csv'),
    output: at('out.csv'),
    outputFormat: 'csv' as const,
    columns: ['k'],
  });
  const EXAMPLES = [
    { row: 1, reason: 'a is missing; the model needs a number' },
    { row: 2, reason: 'a: much is not a number' },
    { row: 3, reason: 'b: 1.5 is not an integer' },
    { row: 4, reason: expect.stringMatching(/^a: 1e\+?39 is out of range/) },
  ];

  beforeEach(() => writeFile(at('in.csv'), CSV));

  test('fails the job with the first of them, and nothing is written', async () => {
    await expect(predictFile(job(wanted()), await model())).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(
        'row 1: a is missing; the model needs a number; row 2: a: much',
      ),
    });
    expect(await readdir(directory)).not.toContain('out.csv');
  });

  test('is left out where that is asked for, counted and told', async () => {
    const result = await predictFile(job({ ...wanted(), onBadRow: 'skip' }), await model());
    expect(result).toMatchObject({ rows: 6, written: 2, bad: 4, examples: EXAMPLES });
    const out = await columnsOf(at('out.csv'));
    expect([out.of('k'), out.of('prediction'), out.of('prediction_id')]).toEqual([
      ['g0', 'g5'],
      [3, 4],
      [`${UUID}/0`, `${UUID}/5`],
    ]);
  });

  test('has no prediction where that is asked for', async () => {
    const result = await predictFile(job({ ...wanted(), onBadRow: 'null' }), await model());
    expect(result).toMatchObject({ rows: 6, written: 6, bad: 4 });
    const text = await readFile(at('out.csv'), 'utf8');
    expect(
      text
        .split('\n')
        .slice(1, 4)
        .map((line) => line.split(',').slice(0, 2)),
    ).toEqual([
      ['g0', '3.0'],
      ['b1', ''],
      ['b2', ''],
    ]);
    expect(text).not.toMatch(/nan/i);
  });
});

test('a row for which the model gives no finite number has no prediction, and is counted', async () => {
  await writeFile(at('in.csv'), 'a,b\n1,1\n1,\n');
  const given = job({ input: at('in.csv'), output: at('out.csv'), outputFormat: 'csv' });
  expect(await predictFile(given, await model())).toMatchObject({ bad: 0, unanswered: 1 });
  expect(await readFile(at('out.csv'), 'utf8')).toMatch(/^1,,,/m);
});

describe('is refused, with nothing written:', () => {
  test('an input that lacks a column, with the one that was meant', async () => {
    await writeFile(at('in.csv'), 'A1,b\n1,2\n');
    const given = job({ input: at('in.csv') });
    await expect(predictFile(given, await model())).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('has no column "a"'),
    });
  });

  test('an input whose column the output would have twice', async () => {
    await writeFile(at('in.csv'), 'a,b,Prediction\n1,2,3\n');
    await expect(predictFile(job({ input: at('in.csv') }), await model())).rejects.toMatchObject({
      message: expect.stringContaining('has a column Prediction'),
      hint: expect.stringContaining('--columns'),
    });
  });

  test('an input that is damaged', async () => {
    await numbered(5_000);
    const whole = await readFile(at('in.parquet'));
    await writeFile(at('in.parquet'), whole.subarray(0, whole.length / 2));
    await expect(predictFile(job(), await model())).rejects.toMatchObject({ type: 'InvalidInput' });
    expect(await readdir(directory)).not.toContain('out.parquet');
  });
});

describe('a job that is broken off', () => {
  test('goes on after its last whole part, with the ids that it had', async () => {
    await numbered();
    const loaded = await model();
    const stop = new AbortController();
    const broken = predictFile(job({ partRows: 2_000 }), loaded, {
      signal: stop.signal,
      onProgress: ({ rows }) => rows > 6_500 && stop.abort(new Error('broken off')),
    });
    await expect(broken).rejects.toThrow('broken off');
    const again = { partRows: 2_000, requestUuid: 'another' };
    const result = await predictFile(job(again), loaded);
    expect(result).toMatchObject({
      rows: ROWS,
      written: ROWS,
      requestUuid: UUID,
      resumedRows: 8_000,
    });
    const out = await columnsOf(at('out.parquet'));
    expect(out.of('prediction')).toEqual(Array.from({ length: ROWS }, (_, row) => 2 * row));
    expect(out.of('prediction_id')).toEqual(
      Array.from({ length: ROWS }, (_, row) => `${UUID}/${row}`),
    );
  });

  test('begins anew with another version, and where the input was written anew', async () => {
    await numbered();
    const loaded = await model();
    for (const change of [
      () => job({ version: 4, partRows: 2_000 }),
      () => job({ partRows: 2_000 }),
    ]) {
      const stop = new AbortController();
      const broken = predictFile(job({ partRows: 2_000 }), loaded, {
        signal: stop.signal,
        onProgress: ({ rows }) => rows > 6_500 && stop.abort(new Error('broken off')),
      });
      await expect(broken).rejects.toThrow('broken off');
      const next = change();
      if (next.version === 3) await numbered(ROWS + 1);
      expect(await predictFile(next, loaded)).toMatchObject({ resumedRows: 0, bad: 0 });
    }
  });
});
