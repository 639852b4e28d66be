import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profileFile } from '../../../monitoring/datasets/profile-file.js';
import {
  isProfileFile,
  readProfileFile,
  writeProfileFile,
} from '../../../monitoring/datasets/profile-store.js';
import { suggestSuite } from '../../../monitoring/datasets/profile-suggest.js';
import { describeProfile, isNumericProfile } from '../../../monitoring/drift/profiles/index.js';
import { seededRandom } from '../../../monitoring/drift/samples/seeded-random.js';
import {
  columnStatistics,
  readTable,
  type Table,
  writeParquet,
} from '../../../storage/tabular/index.js';

const BIKES = 'pipelines/examples/bike-demand/data/bike-hours.parquet';
let directory: string;
const at = (name: string) => join(directory, name);
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-profile-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('profiling a file', () => {
  it('gives what DuckDB computes, for every column of numbers', async () => {
    const { profile, leftOut } = await profileFile(BIKES, { madeBy: '9.9.9' });
    expect(leftOut).toEqual([]);
    expect(profile).toMatchObject({ rows: 17_379, madeBy: '9.9.9', mergedFrom: [] });
    for (const column of describeProfile(profile).columns) {
      if (column.kind === 'string' || column.kind === 'boolean') continue;
      const truth = await columnStatistics(BIKES, column.name);
      expect(column).toMatchObject({ missing: truth.missing, min: truth.min, max: truth.max });
      if (column.distinctExact) expect(column.distinct).toBe(truth.distinct);
      expect((column.mean ?? 0) / (truth.mean ?? 1)).toBeCloseTo(1, 12);
      expect((column.standardDeviation ?? 0) / (truth.standardDeviation ?? 1)).toBeCloseTo(1, 9);
      if (column.rankError === 0) expect(column.quantiles?.['0.5']).toBe(truth.median);
    }
  });

  it("carries the digest of the file's bytes", async () => {
    const { profile } = await profileFile(BIKES, { columns: ['rentals'] });
    const sha256 = createHash('sha256')
      .update(await readFile(BIKES))
      .digest('hex');
    expect(profile.sha256).toBe(sha256);
  });

  it('reads CSV, NDJSON and Parquet to the same profile', async () => {
    const table: Table = {
      rows: 3,
      metadata: {},
      columns: [
        { name: 'n', kind: 'number', values: Float64Array.of(1.5, Number.NaN, -2) },
        { name: 'i', kind: 'integer', values: Float64Array.of(3, 3, 4) },
        { name: 'b', kind: 'boolean', values: Float64Array.of(1, 0, Number.NaN) },
        { name: 't', kind: 'timestamp', values: Float64Array.of(0, 86_400_000, Number.NaN) },
        { name: 's', kind: 'string', values: ['x', null, 'é, "y"'] },
      ],
    };
    await writeParquet(table, at('all.parquet'));
    await writeFile(
      at('all.csv'),
      'n,i,b,t,s\n1.5,3,true,1970-01-01,x\n,3,false,1970-01-02,\n-2,4,,,"é, ""y"""\n',
    );
    await writeFile(
      at('all.ndjson'),
      [
        { n: 1.5, i: 3, b: true, t: '1970-01-01T00:00:00', s: 'x' },
        { n: null, i: 3, b: false, t: '1970-01-02T00:00:00', s: null },
        { n: -2, i: 4, b: null, t: null, s: 'é, "y"' },
      ]
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    );
    const of = async (name: string) => (await profileFile(at(name))).profile.columns;
    const parquet = await of('all.parquet');
    expect(await of('all.csv')).toEqual(parquet);
    expect(await of('all.ndjson')).toEqual(parquet);
    expect(parquet.map(({ kind, missing }) => [kind, missing])).toEqual([
      ['number', 1],
      ['integer', 0],
      ['boolean', 1],
      ['timestamp', 1],
      ['string', 1],
    ]);
  });

  it('leaves out vectors, and says so', async () => {
    await writeFile(at('vectors.ndjson'), '{"id": 1, "v": [0.5, 1]}\n{"id": 2, "v": [1, 2]}\n');
    const { profile, leftOut } = await profileFile(at('vectors.ndjson'));
    expect(profile.columns.map(({ name }) => name)).toEqual(['id']);
    expect(leftOut).toEqual(['v']);
    await expect(profileFile(at('vectors.ndjson'), { columns: ['v'] })).rejects.toThrow(
      'the column "v" holds vectors, which have no profile',
    );
  });

  it('tells how far it is, and stops when it is asked to', async () => {
    const rows = 250_000;
    const values = Float64Array.from({ length: rows }, (_, i) => i);
    await writeParquet(
      { rows, metadata: {}, columns: [{ name: 'x', kind: 'number', values }] },
      at('long.parquet'),
    );
    const told: (readonly [number, number])[] = [];
    await profileFile(at('long.parquet'), { onProgress: (read, of) => told.push([read, of]) });
    expect(told.length).toBe(2);
    expect(told.every(([read, of]) => read > 0 && read <= of && of === rows)).toBe(true);
    const stop = new AbortController();
    const stopped = profileFile(at('long.parquet'), {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
  });
});

describe('a stored profile', () => {
  it('is known by its beginning, whatever its name, and read back', async () => {
    const { profile } = await profileFile(BIKES);
    await writeProfileFile(profile, at('reference'));
    expect(await readProfileFile(at('reference'))).toEqual(profile);
    expect(await isProfileFile(at('reference'))).toBe(true);
    expect(await isProfileFile(BIKES)).toBe(false);
    expect(await isProfileFile(at('nowhere'))).toBe(false);
    expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('that is damaged is taken for a profile and refused by name', async () => {
    await writeFile(at('damaged.json'), '{"format":"millrace-data-profile/1","rows":5,"colu');
    expect(await isProfileFile(at('damaged.json'))).toBe(true);
    await expect(readProfileFile(at('damaged.json'))).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('damaged.json is no profile of data that can be used'),
    });
  });
});

describe('suggesting', () => {
  const random = seededRandom(42);
  const rows = 4_000;
  const column = (draw: (row: number) => number) =>
    Float64Array.from({ length: rows }, (_, row) => draw(row));
  const names = ['north', 'south', 'east'];
  const table: Table = {
    rows,
    metadata: { 'millrace.time': 'at' },
    columns: [
      {
        name: 'at',
        kind: 'timestamp',
        values: column((row) => Date.UTC(2024, 0) + row * 3_600_000),
      },
      { name: 'id', kind: 'string', values: Array.from({ length: rows }, (_, row) => `k${row}`) },
      { name: 'odometer', kind: 'number', values: column((row) => row * 3 + random()) },
      { name: 'trend', kind: 'number', values: column((row) => row / 1000 + random() * 8) },
      { name: 'share', kind: 'number', values: column(() => random()) },
      {
        name: 'region',
        kind: 'string',
        values: Array.from({ length: rows }, (_, row) => names[row % 3] ?? ''),
      },
      {
        name: 'release',
        kind: 'string',
        values: Array.from({ length: rows }, (_, row) => `v${Math.floor(row / 500)}`),
      },
      { name: 'month', kind: 'integer', values: column((row) => 1 + Math.floor(row / 744)) },
      {
        name: 'gaps',
        kind: 'number',
        values: column(() => (random() < 0.1 ? Number.NaN : random())),
      },
      { name: 'never', kind: 'number', values: column(() => Number.NaN) },
      { name: 'zero', kind: 'number', values: column(() => 0) },
      { name: 'wild', kind: 'number', values: column(() => Math.tan(Math.PI * (random() - 0.5))) },
    ],
  };
  const suite = async () => {
    await writeParquet(table, at('suggest.parquet'));
    const { profile } = await profileFile(at('suggest.parquet'));
    return suggestSuite(at('suggest.parquet'), profile);
  };

  it('keeps what holds on the latest rows, drops what moves with time', async () => {
    const { suggestions, dropped, time, learnedRows, holdoutRows } = await suite();
    expect({ time, learnedRows, holdoutRows }).toEqual({
      time: 'at',
      learnedRows: 3_200,
      holdoutRows: 800,
    });
    const of = (name: string) =>
      suggestions.filter((one) => 'column' in one && one.column === name && one.type !== 'exists');
    expect(of('at').map(({ type }) => type)).toEqual(['not-null', 'unique']);
    expect(of('id').map(({ type }) => type)).toEqual(['not-null', 'unique']);
    expect(of('share')).toContainEqual(
      expect.objectContaining({ type: 'between', min: 0, max: 1 }),
    );
    expect(of('region')).toContainEqual(
      expect.objectContaining({ type: 'in-set', values: expect.arrayContaining(names) }),
    );
    expect(of('never')).toEqual([]);
    expect(of('zero').map(({ type }) => type)).toEqual(['not-null']);
    const reasons = new Map(
      dropped.map(({ suggestion, reason }) => [
        'column' in suggestion ? suggestion.column : '',
        reason,
      ]),
    );
    expect(reasons.get('odometer')).toContain('it moves on');
    expect(reasons.get('release')).toContain('of the hold-out has other values');
    expect(of('month').map(({ type }) => type)).not.toContain('in-set');
    const [gaps] = of('gaps');
    expect(gaps).toMatchObject({ type: 'not-null' });
    expect(gaps?.type === 'not-null' && gaps.mostly).toBeGreaterThan(0.75);
    expect(gaps?.type === 'not-null' && gaps.mostly).toBeLessThan(0.85);
  });

  it('suggests no more than that columns exist from a handful of rows', async () => {
    await writeFile(at('few.csv'), 'a,b\n1,x\n2,y\n');
    const { profile } = await profileFile(at('few.csv'));
    const { suggestions } = await suggestSuite(at('few.csv'), profile);
    expect(new Set(suggestions.map(({ type }) => type))).toEqual(new Set(['row-count', 'exists']));
  });

  it('is kept by new data of the same kind: false alarms on 40 fresh draws', async () => {
    const draw = (seed: number): Table => {
      const next = seededRandom(seed);
      const size = 2_000;
      const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      const values = (one: () => number) => Float64Array.from({ length: size }, one);
      return {
        rows: size,
        metadata: {},
        columns: [
          { name: 'normal', kind: 'number', values: values(normal) },
          { name: 'lognormal', kind: 'number', values: values(() => Math.exp(2 * normal())) },
          {
            name: 'gaps',
            kind: 'number',
            values: values(() => (next() < 0.03 ? Number.NaN : normal())),
          },
          {
            name: 'zipf',
            kind: 'string',
            values: Array.from({ length: size }, () => `c${Math.floor(30 ** next())}`),
          },
        ],
      };
    };
    await writeParquet(draw(1), at('draw.parquet'));
    const { profile } = await profileFile(at('draw.parquet'));
    const { suggestions } = await suggestSuite(at('draw.parquet'), profile);
    expect(suggestions.filter(({ type }) => type === 'between')).toHaveLength(3);
    let failed = 0;
    for (let seed = 2; seed < 42; seed += 1) {
      for (const column of draw(seed).columns) {
        failed += suggestions.filter(
          (one) => 'column' in one && one.column === column.name && !keeps(one, column.values),
        ).length;
      }
    }
    // 40 draws × 8 expectations of values.
    expect(failed).toBeLessThanOrEqual(3);
  });
});

/** Whether values keep a suggestion, told anew. */
function keeps(
  one: Awaited<ReturnType<typeof suggestSuite>>['suggestions'][number],
  values: Float64Array | readonly (string | null)[],
): boolean {
  const present = [...values].filter((value) => value !== null && !Number.isNaN(value));
  const share = (count: number, of: number) => (of === 0 ? 1 : count / of);
  if (one.type === 'not-null') return share(present.length, values.length) >= one.mostly;
  if (one.type === 'in-set') {
    const known = new Set<unknown>(one.values);
    return share(present.filter((value) => known.has(value)).length, present.length) >= one.mostly;
  }
  if (one.type === 'between') {
    const inside = present.filter((value) => Number(value) >= one.min && Number(value) <= one.max);
    return share(inside.length, present.length) >= one.mostly;
  }
  return true;
}

it('knows every column of the real data in memory as in the profile', async () => {
  const { profile } = await profileFile(BIKES);
  const table = await readTable(BIKES);
  for (const column of profile.columns) {
    const values = table.columns.find(({ name }) => name === column.name)?.values ?? [];
    const distinct = new Set([...values].filter((value) => value !== null && !Number.isNaN(value)));
    if (!column.distinct.exact) continue;
    expect(column.distinct.count).toBe(distinct.size);
    if (isNumericProfile(column))
      expect([...column.sample.values]).toEqual([...distinct].map(Number).sort((a, b) => a - b));
  }
});
