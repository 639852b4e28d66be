import { describe, expect, it } from 'vitest';
import {
  mergeProfiles,
  type NumericColumnProfile,
  profileCdf,
  profileQuantile,
  profileRankError,
  SKETCH_VALUES,
} from '../../../../monitoring/drift/profiles/index.js';
import { searchSorted } from '../../../../monitoring/drift/samples/column-values.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { numberProfile, numericColumn, onlyNumeric } from './profiled.js';

const ROWS = 150_000;
const SEED = 20_240_101;

const random = seededRandom(SEED);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const rows = (draw: (i: number) => number, count = ROWS) =>
  Float64Array.from({ length: count }, (_, i) => draw(i));

/** Orders and shapes that sketches have trouble with. */
const STREAMS = new Map<string, Float64Array>([
  ['ascending', rows((i) => i)],
  ['descending', rows((i) => ROWS - i)],
  ['normal', rows(normal)],
  ['heavy tails (Cauchy)', rows(() => Math.tan(Math.PI * (random() - 0.5)))],
  ['heavier (10 to a normal power of 60)', rows(() => 10 ** (60 * normal()))],
  [
    'two far clusters, one after the other',
    rows((i) => (i < ROWS / 2 ? random() : 1e9 + random())),
  ],
  ['organ pipes', rows((i) => Math.min(i, ROWS - i))],
  ['interleaved ends', rows((i) => (i % 2 === 0 ? i : ROWS - i))],
  ['half of it one value', rows((i) => (i % 2 === 0 ? 7 : normal() * 100))],
  ['block by block the same', rows((i) => Math.sin(i % 16_384) * 1e5 + i / ROWS)],
  ['20,000 whole numbers', rows(() => Math.floor(random() * 20_000))],
]);
const NAMES = [...STREAMS.keys()];
const stream = (name: string) => STREAMS.get(name) ?? new Float64Array(0);

/** Largest error of the distribution function over all values, as a share: exact by sorting. */
function largestError(values: Float64Array, column: NumericColumnProfile): number {
  const sorted = values.slice().sort();
  const estimated = profileCdf(column, sorted);
  let largest = 0;
  for (let i = 0; i < sorted.length; i += 1) {
    const value = sorted[i] ?? 0;
    if (sorted[i + 1] === value) continue;
    largest = Math.max(largest, Math.abs((estimated[i] ?? 0) - (i + 1) / sorted.length));
  }
  return largest;
}

describe(`ranks of ${ROWS.toLocaleString('en')} rows, seed ${SEED}`, () => {
  it.each(NAMES)('%s: within the bound that the profile states, and within 0.1 %%', (name) => {
    const values = stream(name);
    const column = numericColumn(values);
    expect(column.distinct.exact).toBe(false);
    expect(column.sample.values.length).toBeLessThanOrEqual(SKETCH_VALUES);
    const stated = profileRankError(column);
    expect(stated).toBeLessThan(0.001);
    expect(largestError(values, column)).toBeLessThanOrEqual(stated);
  });

  it.each(NAMES)('%s: a quantile has the rank that was asked for', (name) => {
    const values = stream(name);
    const column = numericColumn(values);
    const sorted = values.slice().sort();
    const slack = column.sample.rankError + 1;
    for (const p of [0.001, 0.01, 0.25, 0.5, 0.9, 0.999]) {
      const value = profileQuantile(column, p) ?? Number.NaN;
      const wanted = p * (ROWS - 1);
      expect(searchSorted(sorted, value, true)).toBeGreaterThanOrEqual(wanted - slack);
      expect(searchSorted(sorted, value)).toBeLessThanOrEqual(wanted + slack);
    }
    expect(profileQuantile(column, 0)).toBe(sorted[0]);
    expect(profileQuantile(column, 1)).toBe(sorted.at(-1));
  });

  it.each(NAMES)('%s: a merge of thirty parts keeps its own stated bound', (name) => {
    const values = stream(name);
    const parts = Array.from({ length: 30 }, (_, part) =>
      numberProfile(values.subarray((part * ROWS) / 30, ((part + 1) * ROWS) / 30)),
    );
    const merged = onlyNumeric(mergeProfiles(parts));
    expect(largestError(values, merged)).toBeLessThanOrEqual(profileRankError(merged));
    const oneByOne = onlyNumeric(parts.reduce((all, part) => mergeProfiles([all, part])));
    expect(profileRankError(oneByOne)).toBeLessThan(0.004);
    expect(largestError(values, oneByOne)).toBeLessThanOrEqual(profileRankError(oneByOne));
  });

  it('is value for value while there are at most 10,000 different ones, whatever the rows', () => {
    const values = rows(() => Math.floor(random() * 10_000));
    const column = numericColumn(values);
    expect(column.sample.rankError).toBe(0);
    expect(column.distinct).toEqual({ count: 10_000, exact: true, registers: null });
    expect(largestError(values, column)).toBe(0);
  });
});
