import { describe, expect, it } from 'vitest';
import { withDatabase } from '../../../storage/tabular/database.js';
import {
  openTable,
  readVectors,
  scanTable,
  type Table,
  writeParquet,
} from '../../../storage/tabular/index.js';
import { tableDirectory } from './tables.js';

const files = tableDirectory();

/** 10,000 rows: five chunks of DuckDB, the last one short; every seventh value missing. */
function gappyTable(): Table {
  const rows = 10_000;
  const values = Float64Array.from({ length: rows }, (_, i) => (i % 7 === 3 ? Number.NaN : i / 8));
  const texts = Array.from(values, (value, i) => {
    if (Number.isNaN(value)) return null;
    return i % 5 === 0 ? `a text of more than twelve bytes ${i % 35}` : `kind ${i % 5}`;
  });
  return {
    rows,
    columns: [
      { name: 'x', kind: 'number', values },
      { name: 's', kind: 'string', values: texts },
      { name: 'whole', kind: 'integer', values: values.map((_, i) => i) },
    ],
    metadata: { 'millrace.time': 'whole' },
  };
}

describe('scanTable', () => {
  it('gives every value once, in the order of the rows, chunk by chunk', async () => {
    const table = gappyTable();
    const path = files.path('gaps.parquet');
    await writeParquet(table, path);
    const read: Record<string, (number | string | null)[]> = { x: [], s: [], whole: [] };
    const lengths: number[] = [];
    const schema = await scanTable(path, {}, (columns, rows) => {
      lengths.push(rows);
      for (const { name, values } of columns) {
        expect(values).toHaveLength(rows);
        for (const value of values) read[name]?.push(value);
      }
    });
    expect(schema).toEqual({
      rows: 10_000,
      columns: [
        { name: 'x', kind: 'number' },
        { name: 's', kind: 'string' },
        { name: 'whole', kind: 'integer' },
      ],
      metadata: { 'millrace.time': 'whole' },
    });
    expect(lengths.length).toBeGreaterThan(1);
    for (const column of table.columns) expect(read[column.name]).toEqual([...column.values]);
  });

  it('reads the columns asked for, in that order, from text as from Parquet', async () => {
    const path = await files.file('t.csv', 'a,b,c\n1,x,true\n,y,\n3,,false\n');
    const seen: unknown[] = [];
    await scanTable(path, { columns: ['c', 'a'] }, (columns) => {
      seen.push(...columns.map(({ name, values }) => [name, [...values]]));
    });
    expect(seen).toEqual([
      ['c', [1, Number.NaN, 0]],
      ['a', [1, Number.NaN, 3]],
    ]);
  });

  it('reads whole numbers beyond 64 bits, as hashes are, with the 53 that a number has', async () => {
    const path = files.path('hashes.parquet');
    await withDatabase([path], undefined, (connection) =>
      connection.run(`COPY (SELECT 18446744073709551615::UBIGINT AS hash) TO '${path}'`),
    );
    const seen: unknown[] = [];
    await openTable(path, {}, (table) =>
      table.scan(['hash'], ([hash]) => seen.push(hash?.kind, ...(hash?.values ?? []))),
    );
    expect(seen).toEqual(['integer', 2 ** 64]);
  });

  it('stops at what the callback throws', async () => {
    const path = await files.file('t.csv', `a\n${'1\n'.repeat(5_000)}`);
    let chunks = 0;
    const scan = scanTable(path, {}, () => {
      chunks += 1;
      throw new Error('enough');
    });
    await expect(scan).rejects.toThrow('enough');
    expect(chunks).toBe(1);
  });

  it('counts the rows where no column is asked for', async () => {
    const path = await files.file('t.csv', 'a\n1\n2\n');
    const schema = await scanTable(path, { columns: [] }, () => undefined);
    expect(schema).toEqual({ rows: 2, columns: [], metadata: {} });
  });

  it('is interrupted by its signal', async () => {
    const path = await files.file('t.csv', `a\n${'1\n'.repeat(50_000)}`);
    const aborted = new AbortController();
    const scan = scanTable(path, { signal: aborted.signal }, () => aborted.abort());
    await expect(scan).rejects.toThrow(/abort/i);
  });
});

describe('openTable', () => {
  it('counts values as text, most frequent first, with what is missing', async () => {
    const path = await files.file('t.csv', 'text,n\nx,1\ny,2\ny,\n,2\nz,3\n');
    const counted = await openTable(path, {}, async (table) => [
      await table.countValues('text'),
      await table.countValues('n'),
    ]);
    expect(counted).toEqual([
      {
        missing: 1,
        counts: new Map([
          ['y', 2],
          ['x', 1],
          ['z', 1],
        ]),
      },
      {
        missing: 1,
        counts: new Map([
          ['2', 2],
          ['1', 1],
          ['3', 1],
        ]),
      },
    ]);
    expect([...(counted[0]?.counts.keys() ?? [])]).toEqual(['y', 'x', 'z']);
  });

  it('names the nearest column where one is not there', async () => {
    const path = await files.file('t.csv', 'amount\n1\n');
    await expect(
      openTable(path, {}, (table) => table.scan(['amout'], () => undefined)),
    ).rejects.toMatchObject({
      type: 'InvalidInput',
      hint: expect.stringContaining('did you mean "amount"?'),
    });
  });
});

describe('readVectors', () => {
  const LINES = [
    '{"id":1,"e":[0.5,-1.25]}',
    '{"id":2,"e":null}',
    '{"id":3,"e":[2,3]}',
    '{"id":4,"e":[2,null]}',
  ].join('\n');

  it('reads lists of numbers; a missing vector or number is counted and left out', async () => {
    const path = await files.file('e.ndjson', LINES);
    expect(await readVectors(path, 'e')).toEqual({
      name: 'e',
      dimensions: 2,
      rows: 2,
      missing: 2,
      values: Float32Array.of(0.5, -1.25, 2, 3),
    });
  });

  it('reads lists written as text in CSV', async () => {
    const path = await files.file('e.csv', 'e\n"[0.5, -1.25]"\n\n"[2,3e1]"\n');
    expect((await readVectors(path, 'e')).values).toEqual(Float32Array.of(0.5, -1.25, 2, 30));
  });

  it.each([
    [
      'vectors of two lengths',
      '{"e":[1,2]}\n{"e":[1]}\n',
      'e',
      /differ in length: 2 and, in row 2, 1/,
    ],
    ['a column of numbers', '{"e":1}\n', 'e', /holds values of kind integer, not vectors/],
    ['text that is no list', '{"e":"far"}\n', 'e', /"far" in the column e is no list of numbers/],
    ['a column that is not there', '{"emb":[1]}\n', 'ebm', /no column "ebm"/],
  ])('refuses %s', async (_, content, column, message) => {
    const path = await files.file('e.ndjson', content);
    await expect(readVectors(path, column)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(message),
    });
  });
});
