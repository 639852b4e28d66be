import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareFiles } from '../../../monitoring/datasets/compare-files.js';
import { compareGroup, groupColumns } from '../../../monitoring/datasets/compare-planned.js';
import { runLanes } from '../../../monitoring/datasets/lanes/lanes.js';
import { NumericSpace } from '../../../monitoring/datasets/numeric-columns.js';
import { profileFile } from '../../../monitoring/datasets/profile-file.js';
import { writeProfileFile } from '../../../monitoring/datasets/profile-store.js';
import { compareFrames, type Frame } from '../../../monitoring/drift/index.js';
import { seededRandom } from '../../../monitoring/drift/samples/seeded-random.js';
import { openTable, readTable, type Table, writeParquet } from '../../../storage/tabular/index.js';
import { compileProgram } from '../../support/compiled-program.js';

const SEED = 20_260_102;
const DAY_MS = 86_400_000;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace compare-'));
  await writeParquet(sample(3_000, 0, SEED), at('before.parquet'));
  await writeParquet(sample(2_500, 0.4, SEED + 1), at('after.parquet'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const at = (name: string) => join(directory, name);

async function file(name: string, content: string): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

/** Columns of every kind; `moved` is what the current data differs by. */
function sample(rows: number, moved: number, seed: number): Table {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const numbers = (draw: (row: number) => number) =>
    Float64Array.from({ length: rows }, (_, row) => draw(row));
  const texts = (draw: (row: number) => string | null) =>
    Array.from({ length: rows }, (_, row) => draw(row));
  const cities = ['Berlin', 'Paris', 'Rome', 'Oslo'];
  return {
    rows,
    columns: [
      { name: 'still', kind: 'number', values: numbers(normal) },
      { name: 'moved', kind: 'number', values: numbers(() => normal() + moved) },
      {
        name: 'gaps',
        kind: 'number',
        values: numbers(() => (random() < 0.3 ? Number.NaN : random())),
      },
      { name: 'grade', kind: 'integer', values: numbers(() => Math.floor(random() * 5)) },
      { name: 'flag', kind: 'boolean', values: numbers(() => Number(random() < 0.4 + moved)) },
      { name: 'when', kind: 'timestamp', values: numbers((row) => row * DAY_MS) },
      {
        name: 'city',
        kind: 'string',
        values: texts(() => cities[Math.floor(random() * 4)] ?? null),
      },
      { name: 'id', kind: 'string', values: texts((row) => `${seed}-${row}`) },
      {
        name: 'text',
        kind: 'string',
        values: texts((row) => `the number of it is ${row} and ${Math.floor(random() * 1e6)}`),
      },
    ],
    metadata: {},
  };
}

const FRAME_KIND = {
  number: 'numeric',
  integer: 'numeric',
  boolean: 'boolean',
  timestamp: 'date',
  string: 'string',
} as const;

function frameOf(table: Table): Frame {
  return table.columns.map((column) =>
    column.kind === 'string'
      ? { name: column.name, kind: 'string', values: column.values }
      : { name: column.name, kind: FRAME_KIND[column.kind], values: column.values },
  );
}

describe('two files', () => {
  it.each([
    undefined,
    'kolmogorov-smirnov',
    'normalised-wasserstein',
    'population-stability-index',
    'chi-squared',
  ])('say column by column what their data in memory says: %s', async (test) => {
    const options = { seed: 5, ...(test !== undefined && { test }) };
    const { report } = await compareFiles(at('before.parquet'), at('after.parquet'), options);
    const inMemory = compareFrames(
      frameOf(await readTable(at('before.parquet'))),
      frameOf(await readTable(at('after.parquet'))),
      options,
    );
    expect(report.dataset).toEqual(inMemory.dataset);
    expect(report.columns.map(({ name }) => name)).toEqual(
      inMemory.columns.map(({ name }) => name),
    );
    for (const [i, column] of report.columns.entries()) {
      const { shift, ...expected } = inMemory.columns[i] ?? {};
      // Means are added up in another order.
      expect(column).toMatchObject(expected);
      if (shift?.of === 'mean' && column.shift?.of === 'mean') {
        expect(column.shift.reference).toBeCloseTo(shift.reference, 9);
        expect(column.shift.referenceMedian).toBe(shift.referenceMedian);
      } else expect(column.shift).toEqual(shift);
    }
  });

  it('may be of different formats', async () => {
    const csv = await file('v.csv', `x,c\n${lines(60, (i) => `${i / 7},${'abc'[i % 3]}`)}`);
    const json = await file(
      'v.ndjson',
      lines(60, (i) => JSON.stringify({ x: i / 7, c: 'abc'[i % 3] })),
    );
    const { report } = await compareFiles(csv, json);
    expect(report.columns.map(({ name, statistic }) => [name, statistic])).toEqual([
      ['x', 0],
      ['c', 0],
    ]);
  });

  it('name their sides as the caller does, with their rows', async () => {
    const { report } = await compareFiles(at('before.parquet'), at('after.parquet'), {
      sources: { reference: 'january', current: '-' },
    });
    expect(report.reference).toEqual({ source: 'january', rows: 3_000, isProfile: false });
    expect(report.current).toEqual({ source: '-', rows: 2_500, isProfile: false });
  });
});

describe('schemas that differ', () => {
  const rows = (row: (i: number) => string) => lines(40, row);

  it('compare what both have, and say what they do not', async () => {
    const a = await file('s1.csv', `x,gone\n${rows((i) => `${i},1`)}`);
    const b = await file('s2.csv', `new,x\n${rows((i) => `1,${i}`)}`);
    const { report } = await compareFiles(a, b);
    expect(report.columns.map(({ name }) => name)).toEqual(['x']);
    expect(report.notes).toEqual([
      'in the reference alone, not compared: gone',
      'in the current data alone, not compared: new',
    ]);
  });

  it('leave a column of another kind unmeasured, with both kinds named', async () => {
    const a = await file('k1.csv', `x,y\n${rows((i) => `${i},${i}`)}`);
    const b = await file('k2.csv', `x,y\n${rows((i) => `${i === 7 ? 'about 7' : i},${i}`)}`);
    const [x] = (await compareFiles(a, b)).report.columns;
    expect(x).toMatchObject({
      name: 'x',
      verdict: 'insufficient',
      pValue: null,
      referenceRows: 40,
      currentRows: 40,
      note: 'numbers in the reference, text in the current data: not compared',
    });
  });

  it('compare booleans with 0 and 1', async () => {
    const a = await file('b1.csv', `x\n${rows((i) => (i % 2 ? 'true' : 'false'))}`);
    const b = await file('b2.csv', `x\n${rows((i) => String(i % 2))}`);
    const [x] = (await compareFiles(a, b)).report.columns;
    expect(x).toMatchObject({ kind: 'numeric', verdict: 'no-drift' });
  });

  it('take a column without any value for one of the other side', async () => {
    const a = await file('e1.csv', `x,y\n${rows((i) => `${i},${i}`)}`);
    const b = await file('e2.csv', `x,y\n${rows((i) => `,${i}`)}`);
    const [x] = (await compareFiles(a, b)).report.columns;
    expect(x).toMatchObject({
      verdict: 'insufficient',
      currentRows: 0,
      currentMissing: 40,
      note: 'no value in the current data',
    });
  });

  it('are refused where nothing is in both', async () => {
    const a = await file('n1.csv', 'x\n1\n');
    const b = await file('n2.csv', 'y\n1\n');
    await expect(compareFiles(a, b)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: `${a} and ${b} have no column in common`,
      hint: 'the reference has x; the current data y',
    });
  });

  it('are refused where a column asked for is on neither side, with the nearest', async () => {
    await expect(
      compareFiles(at('before.parquet'), at('after.parquet'), { columns: ['stil'] }),
    ).rejects.toMatchObject({
      type: 'InvalidInput',
      hint: expect.stringContaining('did you mean "still"?'),
    });
  });
});

describe('data that says little', () => {
  it('one row is insufficient', async () => {
    const one = await file('one.csv', 'x\n1\n');
    const { report } = await compareFiles(one, one);
    expect(report.dataset).toMatchObject({ verdict: 'insufficient', share: null, columns: 0 });
  });

  it('a file without rows is bad input', async () => {
    const none = await file('none.csv', 'x,y\n');
    await expect(compareFiles(none, at('after.parquet'))).rejects.toMatchObject({
      type: 'InvalidInput',
      message: `${none} has no rows`,
    });
  });

  it('the reference is told first where neither can be read', async () => {
    await expect(compareFiles(at('no-1.csv'), at('no-2.csv'))).rejects.toMatchObject({
      message: `no file at ${at('no-1.csv')}`,
    });
  });

  it('infinite values and a constant have results', async () => {
    const a = await file('i1.csv', `x,c\n${lines(50, (i) => `${i % 9 ? i : 'inf'},3`)}`);
    const b = await file('i2.csv', `x,c\n${lines(50, (i) => `${i % 7 ? i : '-inf'},3`)}`);
    const { columns } = (await compareFiles(a, b)).report;
    expect(columns[0]?.statistic).toBeGreaterThan(0.1);
    expect(columns[0]?.note).toContain('infinite values: 6 in the reference, 8 in the current');
    expect(columns[1]).toMatchObject({ pValue: 1, note: 'every value on both sides is 3' });
  });
});

describe('a profile as the reference', () => {
  it('says what the data would, exactly where it holds every value', async () => {
    const { profile } = await profileFile(at('before.parquet'));
    await writeProfileFile(profile, at('before.json'));
    const stored = (await compareFiles(at('before.json'), at('after.parquet'))).report;
    const whole = (await compareFiles(at('before.parquet'), at('after.parquet'))).report;
    expect(stored.reference).toMatchObject({ rows: 3_000, isProfile: true });
    const named = (name: string) =>
      [stored, whole].map((of) => of.columns.find((c) => c.name === name));
    for (const name of ['still', 'moved', 'gaps', 'grade', 'flag', 'when', 'city', 'id']) {
      const [a, b] = named(name);
      expect([name, a?.test, a?.verdict]).toEqual([name, b?.test, b?.verdict]);
      if (b?.statistic != null) expect(a?.statistic).toBeCloseTo(b.statistic, 12);
    }
  });
});

describe('pictures', () => {
  it('are histograms and categories on both sides, each summing to 1', async () => {
    const { pictures } = await compareFiles(at('before.parquet'), at('after.parquet'), {
      withPictures: true,
    });
    expect(Object.keys(pictures.columns).sort()).toEqual(
      ['city', 'flag', 'gaps', 'grade', 'moved', 'still', 'when'].sort(),
    );
    for (const picture of Object.values(pictures.columns)) {
      for (const side of [picture.reference, picture.current]) {
        expect(side.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      }
    }
    expect(pictures.columns['grade']).toMatchObject({ edges: [-0.5, 0.5, 1.5, 2.5, 3.5, 4.5] });
    expect(pictures.columns['still']).toMatchObject({ of: 'histogram' });
  });

  it('put every value of whole numbers into its own bin', async () => {
    const a = await file('p1.csv', `x\n${lines(100, (i) => String(i % 20))}`);
    const b = await file('p2.csv', `x\n${lines(100, (i) => String(i % 10))}`);
    const { pictures } = await compareFiles(a, b, { withPictures: true });
    const picture = pictures.columns['x'];
    expect(picture?.reference).toEqual(Array.from({ length: 20 }, () => 0.05));
    expect(picture?.current.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 0.1));
  });

  it('draw what moved away where it is, also beside a constant', async () => {
    const a = await file('m1.csv', `k,x\n${lines(100, (i) => `1,${i / 100}`)}`);
    const b = await file('m2.csv', `k,x\n${lines(100, (i) => `2,${3 + i / 100}`)}`);
    const { pictures } = await compareFiles(a, b, { withPictures: true });
    for (const name of ['k', 'x']) {
      const { reference = [], current = [] } = pictures.columns[name] ?? {};
      expect(reference.map((share, bin) => share * (current[bin] ?? 0))).not.toContainEqual(
        expect.toSatisfy((both: number) => both > 0),
      );
    }
  });
});

describe('a time column', () => {
  it('is drawn and not compared: quantiles of thirty slices a side', async () => {
    const { report, pictures } = await compareFiles(at('before.parquet'), at('after.parquet'), {
      time: 'when',
      columns: ['still', 'moved'],
      withPictures: true,
    });
    expect(report.columns.map(({ name }) => name)).toEqual(['still', 'moved']);
    expect(report.notes).toContain('when is the time of the rows and not compared');
    expect(pictures.timeColumn).toBe('when');
    const strip = pictures.strips['moved'];
    expect(strip?.side.filter((side) => side === 'reference')).toHaveLength(30);
    expect(strip?.startMs).toHaveLength(60);
    expect(strip?.startMs[0]).toBe(0);
    expect(strip?.startMs).toEqual([...(strip?.startMs ?? [])].sort((a, b) => a - b));
    for (const [i, median] of (strip?.median ?? []).entries()) {
      expect(median).toBeGreaterThan(strip?.low[i] ?? Number.POSITIVE_INFINITY);
      expect(median).toBeLessThan(strip?.high[i] ?? Number.NEGATIVE_INFINITY);
    }
  });

  it.each([
    ['is not there', 'wehn', /no column "wehn"/],
    ['holds no times', 'still', /"still" holds values of kind number, not times/],
  ])('is refused where it %s', async (_, time, message) => {
    await expect(
      compareFiles(at('before.parquet'), at('after.parquet'), { time }),
    ).rejects.toMatchObject({ type: 'InvalidInput', message: expect.stringMatching(message) });
  });
});

describe('lanes', () => {
  it('come to the same as one thread', async () => {
    const program = await compileProgram('monitoring/datasets/lanes/lane-main');
    const [reference, current] = [at('before.parquet'), at('after.parquet')];
    const settings = { test: null, minRows: 30, seed: 1, withPictures: true };
    const groups = groupColumns([
      { name: 'still', kind: 'numeric' },
      { name: 'moved', kind: 'numeric' },
      { name: 'city', kind: 'string' },
    ]);
    const fromLanes: unknown[] = [];
    try {
      await runLanes(
        program.path,
        { files: { reference, current }, settings, rows: 3_000 },
        groups.map((group) => ({ group, profile: null })),
        (outcomes) => fromLanes.push(...outcomes),
      );
    } finally {
      await program.remove();
    }
    const here = await openTable(reference, {}, (table) =>
      openTable(current, {}, async (other) => {
        const side = { of: 'table', table } as const;
        const space = new NumericSpace(3_000);
        const outcomes = [];
        for (const group of groups) {
          outcomes.push(...(await compareGroup(group, side, other, settings, space)));
        }
        return outcomes;
      }),
    );
    expect(fromLanes).toHaveLength(3);
    expect(fromLanes).toEqual(expect.arrayContaining(here));
  });

  it('end with the error of a file that one of them cannot read', async () => {
    const program = await compileProgram('monitoring/datasets/lanes/lane-main');
    const settings = { test: null, minRows: 30, seed: 1, withPictures: false };
    const work = { group: { by: 'value', columns: [] }, profile: null } as const;
    const files = { reference: null, current: at('nothing.parquet') };
    try {
      await expect(
        runLanes(program.path, { files, settings, rows: 1 }, [work], () => undefined),
      ).rejects.toMatchObject({
        type: 'InvalidInput',
        message: expect.stringContaining('no file'),
      });
    } finally {
      await program.remove();
    }
  });
});

it('ends when it is told to', async () => {
  const aborted = AbortSignal.abort(new Error('enough'));
  await expect(
    compareFiles(at('before.parquet'), at('after.parquet'), { signal: aborted }),
  ).rejects.toThrow('enough');
});

function lines(rows: number, line: (row: number) => string): string {
  return `${Array.from({ length: rows }, (_, row) => line(row)).join('\n')}\n`;
}
