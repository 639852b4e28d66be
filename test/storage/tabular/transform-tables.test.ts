import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readTable, transformTables, writeParquet } from '../../../storage/tabular/index.js';
import { HOUR_MS, tableDirectory, valuesOf } from './tables.js';

const directory = tableDirectory();

async function rides() {
  const path = directory.path('rides.parquet');
  await writeParquet(
    {
      rows: 4,
      metadata: { 'millrace.time': 'hour' },
      columns: [
        {
          name: 'hour',
          kind: 'timestamp',
          values: Float64Array.of(1, 2, 3, 4).map((h) => h * HOUR_MS),
        },
        { name: 'station', kind: 'string', values: ['east', 'west', 'east', null] },
        { name: 'bikes', kind: 'integer', values: Float64Array.of(3, 4, 6, 1) },
      ],
    },
    path,
  );
  return path;
}

async function prices() {
  const path = directory.path('prices.parquet');
  await writeParquet(
    {
      rows: 2,
      metadata: { 'millrace.time': 'known' },
      columns: [
        {
          name: 'known',
          kind: 'timestamp',
          values: Float64Array.of(0, 2.5).map((h) => h * HOUR_MS),
        },
        { name: 'price', kind: 'number', values: Float64Array.of(10, 20) },
      ],
    },
    path,
  );
  return path;
}

async function transform(sql: string, more: Partial<Parameters<typeof transformTables>[0]> = {}) {
  const destination = directory.path('out.parquet');
  const inputs = { rides: await rides(), prices: await prices() };
  const schema = await transformTables({ sql, inputs, values: {}, destination, ...more });
  return { schema, table: await readTable(destination), destination };
}

const refused = (sql: string) =>
  transform(sql).then(
    () => 'not refused',
    (error: Error) => error.message,
  );

describe('transformTables', () => {
  it('aggregates, in the order that is asked for', async () => {
    const { schema, table } = await transform(
      `SELECT station, sum(bikes) AS bikes, count(*) > 1 AS many
       FROM rides GROUP BY station ORDER BY station NULLS LAST;`,
    );
    expect(schema).toEqual({
      rows: 3,
      columns: [
        { name: 'station', kind: 'string' },
        { name: 'bikes', kind: 'integer' },
        { name: 'many', kind: 'boolean' },
      ],
      metadata: {},
    });
    expect(valuesOf(table, 'station')).toEqual(['east', 'west', null]);
    expect(valuesOf(table, 'bikes')).toEqual([9, 4, 1]);
  });

  it('joins each row with what was known at its time', async () => {
    const { schema, table } = await transform(
      `SELECT hour, bikes * price AS income
       FROM rides ASOF JOIN prices ON rides.hour >= prices.known ORDER BY hour`,
    );
    expect(valuesOf(table, 'income')).toEqual([30, 40, 120, 20]);
    expect(schema.metadata).toEqual({ 'millrace.time': 'hour' });
  });

  it('binds values, which are never text of the query', async () => {
    const { table } = await transform('FROM rides WHERE station = $where AND bikes > $least', {
      values: { where: "east' OR true --", least: 0 },
    });
    expect(table.rows).toBe(0);
    const { table: found } = await transform('FROM rides WHERE station = $where', {
      values: { where: 'west' },
    });
    expect(valuesOf(found, 'bikes')).toEqual([4]);
  });

  it('gives the same bytes for the same inputs', async () => {
    const sql = `SELECT a.station, avg(a.bikes / 7.0) AS mean
      FROM rides a, range(20000) GROUP BY ALL`;
    const digest = async () => {
      const { destination } = await transform(sql);
      return createHash('sha256')
        .update(await readFile(destination))
        .digest('hex');
    };
    expect(await digest()).toBe(await digest());
  });

  it.each([
    ['SELECT hour,\n  bykes\nFROM rides', /^line 2 of the SQL: .*bykes/],
    ['SELECT hour\nFROM rides\nWHRE bikes > 1', /^line 3 of the SQL: syntax error/],
    ['SELECT *\nFROM\n  stations', /^line 3 of the SQL: .*stations does not exist/],
    [
      'SELECT bikes,\n  now() AS moment FROM rides',
      /^line 2 of the SQL: now\(\) differs from run to run/,
    ],
    ['SELECT CAST(station AS INTEGER)\nFROM rides', /Could not convert string 'east'/],
    ['SELECT 1; SELECT 2', /2 statements/],
    ["COPY rides TO '/tmp/x.csv'", /not a query that only reads/],
    ["ATTACH '/tmp/x.db'", /not a query that only reads/],
    ['FROM rides WHERE bikes > $least', /names \$least/],
    ['FROM rides USING SAMPLE 10%', /sample that differs/],
  ])('refuses %j and says where', async (sql, problem) => {
    expect(await refused(sql)).toMatch(problem);
  });

  it.each(["read_csv('/etc/passwd')", "'/etc/passwd.csv'", "read_text('https://example.org/x')"])(
    'reads nothing but its inputs: %s',
    async (source) => {
      await expect(transform(`SELECT * FROM ${source}`)).rejects.toMatchObject({
        type: 'InvalidInput',
        hint: expect.stringContaining('reads its inputs and nothing else: rides, prices'),
      });
    },
  );

  it('names a time column of the result that is none', async () => {
    await expect(transform('SELECT bikes FROM rides', { time: 'bikes' })).rejects.toThrow(
      /no column of times "bikes"/,
    );
  });
});
