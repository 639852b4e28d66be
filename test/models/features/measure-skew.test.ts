import { describe, expect, it } from 'vitest';
import { measureSkew, SKEW_COLUMN } from '../../../models/features/index.js';
import type { Column, Table } from '../../../storage/tabular/index.js';
import { featureDirectory, viewOf } from './feature-files.js';

const files = featureDirectory();
const { served, lookedUp, eventTime } = SKEW_COLUMN;

const VIEW = viewOf(`
entity: rider_id
timestamp: known_at
source: riders.csv
features: {trips: number, home: string}`);

/** A row as a gateway answered it: whose, when, what it was given, and what of that was looked up. */
type Row = readonly [
  rider: string,
  day: string,
  trips: number | null,
  home: string | null,
  lookedUp: boolean,
];

function rowsOf(rows: readonly Row[]): Table {
  const flags = (name: string): Column => ({
    name: lookedUp(name),
    kind: 'boolean',
    values: Float64Array.from(rows, (row) => Number(row[4])),
  });
  return {
    rows: rows.length,
    metadata: {},
    columns: [
      { name: 'rider_id', kind: 'string', values: rows.map(([rider]) => rider) },
      {
        name: eventTime,
        kind: 'timestamp',
        values: Float64Array.from(rows, ([, day]) => Date.parse(`${day}T12:00:00Z`)),
      },
      {
        name: served('trips'),
        kind: 'number',
        values: Float64Array.from(rows, ([, , trips]) => trips ?? Number.NaN),
      },
      { name: served('home'), kind: 'string', values: rows.map(([, , , home]) => home) },
      flags('trips'),
      flags('home'),
    ],
  };
}

async function skew(rows: readonly Row[], tolerance = 1e-6) {
  await files.file(
    'riders.csv',
    'rider_id,known_at,trips,home\n1,2024-01-01,100,north\n1,2024-01-03,200,south\n2,2024-01-01,,west\n',
  );
  const features = await measureSkew({
    served: rowsOf(rows),
    uses: [{ definition: VIEW, columns: ['home', 'trips'] }],
    baseDirectory: files.root,
    tolerance,
  });
  return Object.fromEntries(
    features.map(({ feature, rows: compared, differing, missing, share }) => [
      feature,
      [compared, differing, missing, share],
    ]),
  );
}

describe('measureSkew', () => {
  it('finds nothing where what was served is what the source says of that time', async () => {
    expect(
      await skew([
        ['1', '2024-01-02', 100, 'north', true],
        ['1', '2024-01-03', 200, 'south', true],
        ['2', '2024-01-02', null, 'west', true],
        ['9', '2024-01-02', null, null, true],
      ]),
    ).toEqual({ trips: [4, 0, 0, 0], home: [4, 0, 0, 0] });
  });

  it('counts values of another time, and those that only the source has', async () => {
    expect(
      await skew([
        // The store was not brought up to date: still the values of two days before.
        ['1', '2024-01-03', 100, 'north', true],
        // Not found online.
        ['1', '2024-01-02', null, null, true],
        // A value from the future.
        ['1', '2024-01-02', 200, 'north', true],
        ['1', '2024-01-02', 100, 'north', true],
      ]),
    ).toEqual({ trips: [4, 3, 1, 0.75], home: [4, 2, 1, 0.5] });
  });

  it('takes numbers as equal that are within the tolerance, relative to the larger', async () => {
    const rows: readonly Row[] = [
      ['1', '2024-01-02', 100.9, 'north', true],
      ['1', '2024-01-02', 102, 'north', true],
    ];
    expect((await skew(rows, 0.01))['trips']).toEqual([2, 1, 0, 0.5]);
  });

  it('leaves out what the request brought itself', async () => {
    const found = await skew([
      ['1', '2024-01-02', 7, 'mine', false],
      ['1', '2024-01-02', 100, 'north', true],
    ]);
    expect(found).toEqual({ trips: [1, 0, 0, 0], home: [1, 0, 0, 0] });
  });

  it('has no share where nothing was looked up', async () => {
    expect((await skew([['1', '2024-01-02', 7, 'mine', false]]))['trips']).toEqual([0, 0, 0, null]);
  });
});
