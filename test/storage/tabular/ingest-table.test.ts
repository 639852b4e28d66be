import { readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { withDatabase } from '../../../storage/tabular/database.js';
import { ingestTable, readTable, writeParquet } from '../../../storage/tabular/index.js';
import { HOUR_MS, tableDirectory, valuesOf } from './tables.js';

const files = tableDirectory();

const BIKES = `hour,rentals,"weather's kind"
2011-01-01 02:00,30,clear
2011-01-01 00:00,10,mist
2011-01-01 01:00,20,
2011-01-01 01:00,21,rain
2011-01-01 03:00,40,clear
`;
const START = Date.UTC(2011, 0, 1);

async function ingestBikes(options: Partial<Parameters<typeof ingestTable>[0]> = {}) {
  const source = await files.file('bikes.csv', BIKES);
  const destination = files.path('made/bikes.parquet');
  const schema = await ingestTable({ source, time: 'hour', destination, ...options });
  return { schema, table: await readTable(destination) };
}

describe('ingestTable', () => {
  it('sorts by time, keeps the order of equal times and names the time column', async () => {
    const { schema, table } = await ingestBikes();
    expect(schema).toEqual({
      rows: 5,
      columns: [
        { name: 'hour', kind: 'timestamp' },
        { name: 'rentals', kind: 'integer' },
        { name: "weather's kind", kind: 'string' },
      ],
      metadata: { 'millrace.time': 'hour' },
    });
    expect(valuesOf(table, 'rentals')).toEqual([10, 20, 21, 30, 40]);
    expect(table.metadata).toEqual({ 'millrace.time': 'hour' });
  });

  it.each([
    ['18446744073709551615::UBIGINT', 'whole numbers have up to 64 bits and a sign'],
    ["'\\xFF'::BLOB", 'a column holds bytes that are no text'],
  ])('says of what no table holds what to do: %s', async (value, hint) => {
    const source = files.path('beyond.parquet');
    await withDatabase([source], undefined, (db) =>
      db.run(`COPY (SELECT ${value} AS x) TO '${source}' (FORMAT parquet)`),
    );
    const ingested = ingestTable({ source, destination: files.path('made/beyond.parquet') });
    await expect(ingested).rejects.toMatchObject({
      type: 'InvalidInput',
      hint: expect.stringContaining(hint),
    });
  });

  it('takes the half-open range of time', async () => {
    const { table } = await ingestBikes({ fromMs: START + HOUR_MS, toMs: START + 3 * HOUR_MS });
    expect(valuesOf(table, 'rentals')).toEqual([20, 21, 30]);
  });

  it('filters rows and keeps the columns asked for with the time', async () => {
    const { table } = await ingestBikes({
      where: `"weather's kind" = 'clear' -- only these`,
      columns: ['rentals'],
    });
    expect(table.columns.map(({ name }) => name)).toEqual(['hour', 'rentals']);
    expect(valuesOf(table, 'rentals')).toEqual([30, 40]);
  });

  it('takes the time column from the metadata of a Parquet source', async () => {
    await ingestBikes();
    const destination = files.path('again.parquet');
    await ingestTable({ source: files.path('made/bikes.parquet'), toMs: START + 1, destination });
    expect((await readTable(destination)).metadata).toEqual({ 'millrace.time': 'hour' });
  });

  it('parses text times of a Parquet source, with zones', async () => {
    const values = ['2011-01-01T02:00:00+02:00', '2010-12-31 23:00:00'];
    const source = files.path('text.parquet');
    await writeParquet(
      { rows: 2, columns: [{ name: 't', kind: 'string', values }], metadata: {} },
      source,
    );
    const destination = files.path('parsed.parquet');
    await ingestTable({ source, time: 't', destination });
    expect(valuesOf(await readTable(destination), 't')).toEqual([START - HOUR_MS, START]);
  });

  it('makes the same file from the same source', async () => {
    const { readFile } = await import('node:fs/promises');
    await ingestBikes({ destination: files.path('a.parquet') }).catch(() => undefined);
    await ingestBikes();
    expect(await readFile(files.path('a.parquet'))).toEqual(
      await readFile(files.path('made/bikes.parquet')),
    );
  });

  it.each([
    ['a column that is not there', { time: 'huor' }, 'has no column "huor"'],
    ['numbers as times', { time: 'rentals' }, 'time column "rentals" holds values of kind integer'],
    ['text as times', { time: "weather's kind" }, 'are not times, for example "clear"'],
    [
      'a range without rows',
      { fromMs: START + 24 * HOUR_MS },
      'no row lies in [2011-01-02T00:00:00Z, …)',
    ],
    ['a filter that nothing passes', { where: 'rentals > 1000' }, 'none of its 5 rows passes'],
    ['an unknown kept column', { columns: ['rental'] }, 'has no column "rental"'],
  ])('refuses %s and leaves nothing behind', async (_, options, message) => {
    await expect(ingestBikes(options)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(message),
    });
    expect(await readdir(files.path('made'))).toEqual([]);
  });

  it('refuses a row without a time, unless the filter leaves it out', async () => {
    const source = await files.file('gap.csv', 'hour,n\n2011-01-01,1\n,2\n');
    const destination = files.path('gap.parquet');
    await expect(ingestTable({ source, time: 'hour', destination })).rejects.toMatchObject({
      message: `${source}: 1 rows have no value in the time column "hour"`,
    });
    const kept = await ingestTable({
      source,
      time: 'hour',
      where: 'hour IS NOT NULL',
      destination,
    });
    expect(kept.rows).toBe(1);
  });

  it('refuses a file with a header and no rows', async () => {
    const source = await files.file('none.csv', 'hour,n\n');
    await expect(
      ingestTable({ source, destination: files.path('none.parquet') }),
    ).rejects.toMatchObject({ type: 'InvalidInput', message: `${source} has no rows` });
  });

  it('refuses a range without a time column', async () => {
    const source = await files.file('plain.csv', 'n\n1\n');
    await expect(
      ingestTable({ source, fromMs: 0, destination: files.path('x.parquet') }),
    ).rejects.toMatchObject({ message: expect.stringContaining('no time column') });
  });

  it('ends with the reason of the signal when it is aborted', async () => {
    const source = await files.file('plain.csv', 'n\n1\n');
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(
      ingestTable({ source, destination: files.path('x.parquet'), signal }),
    ).rejects.toThrow('cancelled');
  });
});

describe('the row filter', () => {
  it.each([
    ['a second statement', `true; DROP TABLE source`],
    ['a statement after the parenthesis', `true); COPY source TO '/tmp/x'; SELECT (1`],
    ['another query', `true) UNION ALL SELECT * FROM source WHERE (true`],
    ['another clause', `true) GROUP BY (rentals`],
    ['a subquery', `rentals IN (SELECT 1)`],
    ['another file', `EXISTS (FROM read_text('/etc/passwd'))`],
    ['a window', `row_number() OVER () < 2`],
    ['a parameter', `rentals > $1`],
    ['the clock', `hour < now()`],
    ['a random number', `random() < 0.5`],
    ['an aggregate', `rentals > avg(rentals)`],
    ['a syntax error', `rentals >`],
    ['nothing', ``],
    ['a value that does not convert', `CAST("weather's kind" AS INTEGER) > 1`],
    ['a type that does not fit', `rentals LIKE 3 + 'x'`],
  ])('refuses %s', async (_, where) => {
    await expect(ingestBikes({ where })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('row filter'),
    });
  });

  it('names a column that is not there', async () => {
    await expect(ingestBikes({ where: 'rentls > 3' })).rejects.toMatchObject({
      message: expect.stringContaining('has no column "rentls"'),
      hint: expect.stringContaining('did you mean "rentals"?'),
    });
  });

  it.each([
    [`rentals BETWEEN 20 AND 30`, 3],
    [`hour >= '2011-01-01 02:00' OR "weather's kind" IS NULL`, 3],
    [`"weather's kind" IN ('clear', 'rain') AND NOT (rentals = 40)`, 2],
    [`date_part('hour', hour) = 1 AND coalesce("weather's kind", 'x') = 'x'`, 1],
    [`CASE WHEN rentals > 20 THEN true ELSE false END`, 3],
    [`starts_with("weather's kind", 'm') /* ; */`, 1],
  ])('takes %s', async (where, rows) => {
    expect((await ingestBikes({ where })).table.rows).toBe(rows);
  });
});

it('replaces the destination only with a whole file', async () => {
  await ingestBikes();
  const destination = files.path('made/bikes.parquet');
  await writeFile(files.path('broken.csv'), 'hour,n\n2011-01-01,1\n2011-01-02\n');
  await expect(
    ingestTable({ source: files.path('broken.csv'), destination }),
  ).rejects.toMatchObject({
    message: expect.stringContaining('broken.csv:3: the row has 1 columns'),
  });
  expect((await readTable(destination)).rows).toBe(5);
  expect(await readdir(files.path('made'))).toEqual(['bikes.parquet']);
});
