import { describe, expect, it } from 'vitest';
import type { FeatureUse, FeatureView } from '../../../contracts/index.js';
import { joinPointInTime, usesOfTable } from '../../../models/features/index.js';
import { ingestTable, readTable } from '../../../storage/tabular/index.js';
import { fc } from '../../support/property.js';
import { featureDirectory, viewOf } from './feature-files.js';

const files = featureDirectory();

const RIDERS = `
entity: rider_id
timestamp: known_at
source: riders.csv
features: {trips: integer, home: string}`;

async function joined(
  rides: string,
  views: readonly FeatureView[],
  columns?: readonly string[],
): Promise<{ rows: Record<string, unknown>[]; missing: unknown; uses: readonly FeatureUse[] }> {
  const source = files.path('rides.parquet');
  await ingestTable({
    source: await files.file('rides.csv', rides),
    time: 'at',
    destination: source,
  });
  const destination = files.path('joined.parquet');
  const { missing } = await joinPointInTime({
    source,
    uses: views.map((definition) => ({
      definition,
      columns: columns ?? definition.columns.map(({ name }) => name),
    })),
    baseDirectory: files.root,
    destination,
  });
  const table = await readTable(destination);
  const rows = Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(
      table.columns.map((column) => [
        column.name,
        column.kind === 'string' ? column.values[row] : nullable(column.values[row]),
      ]),
    ),
  );
  return { rows, missing, uses: usesOfTable(table.metadata) };
}

function nullable(value: unknown): unknown {
  return Number.isNaN(value) ? null : value;
}

describe('joinPointInTime', () => {
  it('gives each row what was known of its entity at its time, and nothing later', async () => {
    await files.file(
      'riders.csv',
      'rider_id,known_at,trips,home\n1,2024-01-01,3,north\n1,2024-01-03,9,south\n2,2024-01-02,5,west\n',
    );
    const { rows, missing } = await joined(
      'ride,rider_id,at\na,1,2024-01-01\nb,1,2024-01-02 12:00\nc,1,2024-01-03\nd,2,2024-01-01\ne,3,2024-01-04\n',
      [viewOf(RIDERS)],
    );
    const seen = rows.map(({ ride, trips, home }) => [ride, trips, home]);
    expect(Object.fromEntries(seen.map(([ride, ...features]) => [ride, features]))).toEqual({
      a: [3, 'north'],
      b: [3, 'north'],
      c: [9, 'south'],
      d: [null, null],
      e: [null, null],
    });
    expect(missing).toEqual({ riders: 2 });
  });

  it('takes nothing that is older than the ttl, and what is just as old as it', async () => {
    await files.file('riders.csv', 'rider_id,known_at,trips,home\n1,2024-01-01,3,north\n');
    const { rows, missing } = await joined(
      'rider_id,at\n1,2024-01-02\n1,2024-01-02 00:00:00.001\n',
      [viewOf(`${RIDERS}\nttl: 1d`)],
    );
    expect(rows.map(({ trips }) => trips)).toEqual([3, null]);
    expect(missing).toEqual({ riders: 1 });
  });

  it('of two rows of one entity and time takes the one that the source has last', async () => {
    await files.file(
      'riders.csv',
      'rider_id,known_at,trips,home\n1,2024-01-01,3,a\n1,2024-01-01,4,b\n',
    );
    const { rows } = await joined('rider_id,at\n1,2024-01-02\n', [viewOf(RIDERS)]);
    expect(rows[0]).toMatchObject({ trips: 4, home: 'b' });
  });

  it('finds keys whatever types hold them', async () => {
    await files.file(
      'riders.csv',
      'rider_id,known_at,trips,home\n1.0,2024-01-01,3,a\n2.5,2024-01-01,4,b\n',
    );
    const { rows } = await joined('rider_id,at\n1,2024-01-02\n', [viewOf(RIDERS)]);
    expect(rows[0]).toMatchObject({ trips: 3 });
  });

  it('joins several views, each by its own key, and only the features that are named', async () => {
    await files.file('riders.csv', 'rider_id,known_at,trips,home\n1,2024-01-01,3,north\n');
    await files.file('weather/1.csv', 'city,day,rain\nulm,2024-01-01,0.5\n');
    await files.file('weather/2.csv', 'city,day,rain\nulm,2024-01-02,1.5\n');
    const weather = viewOf(
      `
entity: [city]
timestamp: day
source: {sql: "SELECT city, day, rain * 10 AS rain_mm FROM daily", files: {daily: "weather/*.csv"}}
features: {rain_mm: number}`,
      'weather',
    );
    const { rows, uses } = await joined('rider_id,city,at\n1,ulm,2024-01-03\n', [
      { ...viewOf(RIDERS), columns: [{ name: 'trips', kind: 'integer' }] },
      weather,
    ]);
    expect(rows[0]).toMatchObject({ trips: 3, rain_mm: 15 });
    expect(rows[0]).not.toHaveProperty('home');
    expect(uses.map(({ definition, columns }) => [definition.name, columns])).toEqual([
      ['riders', ['trips']],
      ['weather', ['rain_mm']],
    ]);
  });

  it('agrees with a search by hand on any data', async () => {
    const moment = fc.integer({ min: 0, max: 59 });
    const key = fc.integer({ min: 1, max: 20 });
    const [known = []] = fc.sample(
      fc.array(fc.tuple(key, moment, fc.integer({ min: 0, max: 99 })), {
        minLength: 300,
        maxLength: 300,
      }),
      1,
    );
    const [asked = []] = fc.sample(
      fc.array(fc.tuple(key, moment), { minLength: 400, maxLength: 400 }),
      1,
    );
    const time = (minute: number) => `2024-01-01 00:${String(minute).padStart(2, '0')}:00`;
    const lines = known.map(([rider, at, trips]) => `${rider},${time(at)},${trips},x`);
    await files.file('riders.csv', `rider_id,known_at,trips,home\n${lines.join('\n')}\n`);
    const rides = asked.map(([rider, at], index) => `${index},${rider},${time(at)}`);
    const { rows } = await joined(`ride,rider_id,at\n${rides.join('\n')}\n`, [
      viewOf(`${RIDERS}\nttl: 10m`),
    ]);
    expect(rows).toHaveLength(asked.length);
    for (const { ride, trips } of rows) {
      const [rider, at] = asked[Number(ride)] ?? [0, 0];
      let best: readonly [number, number, number] | null = null;
      for (const row of known) {
        if (row[0] !== rider || row[1] > at) continue;
        if (best === null || row[1] >= best[1]) best = row;
      }
      expect(trips).toBe(best === null || at - best[1] > 10 ? null : best[2]);
    }
  });

  it.each([
    [
      'a feature that is no column of its source',
      'source: riders.csv\nfeatures: {tips: integer}',
      /feature view riders: its source has no column "tips"/,
    ],
    [
      'a type that the source does not hold',
      'source: riders.csv\nfeatures: {home: integer}',
      /home holds values of kind string, its type is integer/,
    ],
    [
      'a query that is none',
      'source: {sql: "DELETE FROM r", files: {r: riders.csv}}\nfeatures: {trips: integer}',
      /feature view riders: its SQL/,
    ],
    [
      'a query that reads another file',
      'source: {sql: "SELECT * FROM read_csv(\'/etc/passwd\')", files: {r: riders.csv}}\nfeatures: {trips: integer}',
      /feature view riders: /,
    ],
    [
      'files that are not there',
      'source: nothing/*.parquet\nfeatures: {trips: integer}',
      /feature view riders: no files at nothing/,
    ],
  ])('refuses %s, naming the view', async (_, body, message) => {
    await files.file('riders.csv', 'rider_id,known_at,trips,home\n1,2024-01-01,3,north\n');
    const view = viewOf(`entity: rider_id\ntimestamp: known_at\n${body}`);
    await expect(joined('rider_id,at\n1,2024-01-02\n', [view])).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(message),
    });
  });

  it('refuses whole numbers that no request could hold, unless they may be rounded', async () => {
    await files.file(
      'riders.csv',
      'rider_id,known_at,trips,home\n1,2024-01-01,9007199254740991,a\n2,2024-01-01,-9007199254740993,b\n',
    );
    await expect(joined('rider_id,at\n2,2024-01-02\n', [viewOf(RIDERS)])).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(/^feature view \w+: trips holds -9007199254740993, a whole/),
      hint: 'declare trips: number, which rounds it, or string',
    });
    const view = (kind: string) => viewOf(RIDERS.replace('trips: integer', `trips: ${kind}`));
    const { rows } = await joined('rider_id,at\n2,2024-01-02\n', [view('number')]);
    expect(rows[0]?.['trips']).toBe(-9007199254740992);
    const { rows: texts } = await joined('rider_id,at\n2,2024-01-02\n', [view('string')]);
    expect(texts[0]?.['trips']).toBe('-9007199254740993');
  });

  it('refuses a feature that would stand over a column', async () => {
    await files.file('riders.csv', 'rider_id,known_at,trips,home\n1,2024-01-01,3,north\n');
    await expect(joined('rider_id,trips,at\n1,7,2024-01-02\n', [viewOf(RIDERS)])).rejects.toThrow(
      'the rows have a column trips already',
    );
  });
});
