import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { BatchJob } from '../../../models/batch/batch-job.js';
import { predictFile } from '../../../models/batch/predict-file.js';
import { loadModel } from '../../../models/inference/load-model.js';
import type { ServedModel } from '../../../models/inference/served-model.js';
import { queryRows, withDatabase } from '../../../storage/tabular/database.js';
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

describe('what is kept of the input is what it was', () => {
  const TEXTS = ['+4912345', '00712', '07', '7', ' 8 ', 'NA', 'a,"b"\n\rc', 'TRUE', '1e3'];
  const TIME_MS = Date.UTC(2024, 4, 1, 10, 0, 0, 250);

  /** Texts that read as something else, each a column of its own, and a time. */
  async function tricky(): Promise<void> {
    const texts = TEXTS.map((text, index) => ({
      ...{ name: `t${index}`, kind: 'string' as const },
      values: [text, text],
    }));
    const number = (name: string, kind: 'number' | 'timestamp', value: number) => ({
      ...{ name, kind },
      values: Float64Array.of(value, value),
    });
    const columns = [number('a', 'number', 1), number('b', 'number', 2), ...texts];
    const when = number('when', 'timestamp', TIME_MS);
    await writeParquet({ rows: 2, columns: [...columns, when], metadata: {} }, at('in.parquet'));
  }

  const predicted = async (from: string, to: string, columns = TEXTS.map((_, t) => `t${t}`)) => {
    const [input, output] = [at(from), at(to)];
    const outputFormat = to.split('.').at(-1) as BatchJob['outputFormat'];
    const wanted = { input, output, outputFormat, columns: ['a', 'b', ...columns, 'when'] };
    await predictFile(job(wanted), await model());
  };

  test('from Parquet to CSV and NDJSON, with times that say their zone', async () => {
    await tricky();
    await predicted('in.parquet', 'out.csv');
    expect(await readFile(at('out.csv'), 'utf8')).toContain(
      ',+4912345,00712,07,7, 8 ,NA,"a,""b""\n\rc",TRUE,1e3,2024-05-01T10:00:00.25Z,',
    );
    await predicted('in.parquet', 'out.ndjson');
    const [line = ''] = (await readFile(at('out.ndjson'), 'utf8')).split('\n');
    const record = JSON.parse(line);
    expect(TEXTS.map((_, index) => record[`t${index}`])).toEqual(TEXTS);
    expect(record.when).toBe('2024-05-01T10:00:00.25Z');
  });

  test('from Parquet to Parquet with its types, also those that no model takes', async () => {
    const typed = `1.5::DOUBLE AS a, 2 AS b, 18446744073709551615::UBIGINT AS hash,
      12345678901234567890.12::DECIMAL(30, 2) AS price, DATE '2024-05-01' AS day,
      [1, NULL] AS list, {x: 'ü'} AS pair, '\\x00\\xFF'::BLOB AS bytes`;
    const [input, output] = [at('in.parquet'), at('out.parquet')];
    const described = await withDatabase([input, output], undefined, async (db) => {
      await db.run(`COPY (SELECT ${typed}) TO '${input}' (FORMAT parquet)`);
      await predictFile(job(), await model());
      const same = `SELECT * FROM read_parquet('${input}')
        EXCEPT SELECT * EXCLUDE (prediction, prediction_id, model_version) FROM read_parquet('${output}')`;
      expect(await queryRows(db, same)).toEqual([]);
      return queryRows(db, `SELECT column_type FROM (DESCRIBE FROM read_parquet('${output}'))`);
    });
    expect(described.flat().slice(2, 8)).toEqual([
      ...['UBIGINT', 'DECIMAL(30,2)', 'DATE', 'INTEGER[]', 'STRUCT(x VARCHAR)', 'BLOB'],
    ]);
    const wanted = { output: at('out.csv'), outputFormat: 'csv' as const, columns: ['hash'] };
    await predictFile(job(wanted), await model());
    expect(await readFile(at('out.csv'), 'utf8')).toContain('\n18446744073709551615,5.0,');
  });

  test('from CSV to CSV as it is written there', async () => {
    const rows = '2.50,1,+4912345,007,True,NA,2024-05-01 10:00:00,"x;y"';
    await writeFile(at('in.csv'), `a,b,t,u,v,w,when,z\n${rows}\n`);
    await predicted('in.csv', 'out.csv', ['t', 'u', 'v', 'w', 'z']);
    expect(await readFile(at('out.csv'), 'utf8')).toContain(
      '\n2.50,1,+4912345,007,True,NA,x;y,2024-05-01 10:00:00,',
    );
  });

  test('and from CSV to Parquet: digits that are no number as it is written stay text', async () => {
    await tricky();
    await predicted('in.parquet', 'middle.csv');
    await predicted('middle.csv', 'out.parquet');
    const out = await columnsOf(at('out.parquet'));
    expect(['t0', 't1', 't2', 't4', 't5', 't6'].map((name) => out.of(name)[0])).toEqual([
      ...['+4912345', '00712', '07', ' 8 ', 'NA', 'a,"b"\n\rc'],
    ]);
    expect([out.of('t3')[0], out.of('when')[0]]).toEqual([7, TIME_MS]);
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

test.each(['csv', 'parquet'] as const)(
  'a %s without rows is answered by one without rows',
  async (kind) => {
    await numbered(0);
    await writeFile(at('in.csv'), 'id,a,b,note\n');
    const result = await predictFile(job({ input: at(`in.${kind}`) }), await model());
    expect(result).toMatchObject({ rows: 0, written: 0, bad: 0 });
    const { rows, names } = await columnsOf(at('out.parquet'));
    expect(rows).toBe(0);
    expect(names).toEqual(['id', 'a', 'b', 'note', 'prediction', 'prediction_id', 'model_version']);
  },
);

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
