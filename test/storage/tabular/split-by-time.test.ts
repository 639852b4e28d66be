import { describe, expect, it } from 'vitest';
import { readTable, splitByTime, writeParquet } from '../../../storage/tabular/index.js';
import { fc } from '../../support/property.js';
import { tableDirectory, valuesOf } from './tables.js';

const files = tableDirectory();

async function split(
  times: readonly number[],
  holdout: { share: number } | { fromMs: number },
  timed = true,
) {
  const source = files.path('all.parquet');
  const columns = [
    { name: 'hour', kind: 'timestamp', values: Float64Array.from(times) },
    { name: 'row', kind: 'integer', values: Float64Array.from(times.keys()) },
  ] as const;
  const metadata: Record<string, string> = timed ? { 'millrace.time': 'hour' } : {};
  await writeParquet({ rows: times.length, columns, metadata }, source);
  const [trainDestination, holdoutDestination] = [files.path('train'), files.path('holdout')];
  const result = await splitByTime({ source, holdout, trainDestination, holdoutDestination });
  const [train, held] = [await readTable(trainDestination), await readTable(holdoutDestination)];
  return { result, train, held };
}

describe('splitByTime', () => {
  it('holds out the last share by time, whatever the order of the rows', async () => {
    const { result, train, held } = await split([9, 1, 8, 2, 7, 3, 6, 4, 5, 10], { share: 0.2 });
    expect(result).toEqual({ trainRows: 8, holdoutRows: 2, boundaryMs: 9 });
    expect(valuesOf(held, 'hour')).toEqual([9, 10]);
    expect(valuesOf(train, 'row')).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(held.metadata).toEqual({ 'millrace.time': 'hour' });
  });

  it('holds out everything from a moment on', async () => {
    const { result } = await split([1, 2, 3, 4], { fromMs: 3 });
    expect(result).toEqual({ trainRows: 2, holdoutRows: 2, boundaryMs: 3 });
  });

  it('never separates rows of equal time, loses none and leaves both parts some', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 30 }),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        async (times, share) => {
          fc.pre(new Set(times).size > 1);
          const { train, held } = await split(times, { share });
          const before = valuesOf(train, 'hour').map(Number);
          const after = valuesOf(held, 'hour').map(Number);
          expect(Math.max(...before)).toBeLessThan(Math.min(...after));
          expect([...before, ...after].sort()).toEqual([...times].sort());
        },
      ),
      { numRuns: 15 },
    );
  });

  it('goes by the order of the rows where there is no time', async () => {
    const { result, held } = await split([5, 4, 3, 2, 1], { share: 0.3 }, false);
    expect(result).toEqual({ trainRows: 3, holdoutRows: 2, boundaryMs: null });
    expect(valuesOf(held, 'row')).toEqual([3, 4]);
  });

  it.each([
    ['one moment', [3, 3, 3], { share: 0.5 }, true, 'all its rows have the same "hour"'],
    ['nothing before', [3, 4], { fromMs: 1 }, true, 'no row lies before 1970-01-01T00:00:00.001Z'],
    ['nothing after', [3, 4], { fromMs: 9 }, true, 'no row lies from'],
    ['a moment without time', [3, 4], { fromMs: 4 }, false, 'the table has no time column'],
    ['one row', [3], { share: 0.5 }, false, 'it has one row'],
    ['a share of 1', [3, 4], { share: 1 }, true, 'the share to hold out is 1'],
  ])('refuses %s', async (_, times, holdout, timed, message) => {
    await expect(split(times, holdout, timed)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(message),
    });
  });
});
