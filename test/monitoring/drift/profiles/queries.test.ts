import { describe, expect, it } from 'vitest';
import {
  countSlotBins,
  kolmogorovSmirnovOfSlots,
  orderedSample,
  profileBins,
  profileCdf,
  profileQuantile,
  profileSortedSample,
  SlotCounter,
} from '../../../../monitoring/drift/profiles/index.js';
import { sortedPresent } from '../../../../monitoring/drift/samples/column-values.js';
import { countBins, quantileBinEdges } from '../../../../monitoring/drift/samples/quantile-bins.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { fc } from '../../../support/property.js';
import { numericColumn } from './profiled.js';

const anyNumber = fc.oneof(
  fc.double(),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, -0),
);
const sample = fc
  .array(anyNumber, { minLength: 1, maxLength: 50 })
  .map((values) => Float64Array.from(values));

/** D by its definition, over every value of both. */
function largestDifference(a: Float64Array, b: Float64Array): number {
  const share = (sorted: Float64Array, x: number) =>
    sorted.filter((value) => value <= x).length / sorted.length;
  return Math.max(...[...a, ...b].map((x) => Math.abs(share(a, x) - share(b, x))));
}

describe('a profile whose sample is exact answers as the data does', () => {
  it('Kolmogorov–Smirnov against current values, infinite ones among them', () => {
    fc.assert(
      fc.property(sample, sample, (reference, current) => {
        const counter = new SlotCounter(orderedSample(numericColumn(reference)));
        counter.add(current.subarray(0, 7));
        counter.add(current.subarray(7));
        const [a, b] = [sortedPresent(reference), sortedPresent(current)];
        const found = kolmogorovSmirnovOfSlots(counter);
        expect(counter.missing).toBe(current.length - b.length);
        if (a.length === 0 || b.length === 0) expect(found).toBeNull();
        else {
          expect(found?.error).toBe(0);
          expect(found?.statistic).toBeCloseTo(largestDifference(a, b), 12);
        }
      }),
    );
  });

  it('bins and their counts, of the reference and of what was counted', () => {
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: 1, max: 12 }), (reference, current, bins) => {
        const sorted = sortedPresent(reference);
        const column = numericColumn(reference);
        const found = profileBins(column, bins);
        if (sorted.length === 0) {
          expect(found).toBeNull();
          return;
        }
        const edges = quantileBinEdges(sorted, bins).map((edge) => edge + 0);
        expect(found).toEqual({ edges, counts: countBins(edges, sorted) });
        const counter = new SlotCounter(orderedSample(column));
        counter.add(current);
        expect(countSlotBins(counter, edges)).toEqual(countBins(edges, sortedPresent(current)));
      }),
    );
  });

  it('the sample itself, and its distribution function', () => {
    fc.assert(
      fc.property(sample, (values) => {
        const sorted = sortedPresent(values);
        const column = numericColumn(values);
        expect(profileSortedSample(column, 1_000)).toEqual(sorted.map((value) => value + 0));
        const shares = profileCdf(column, sorted);
        sorted.forEach((x, i) => {
          const upTo = sorted.filter((value) => value <= x).length;
          expect(shares[i]).toBeCloseTo(upTo / sorted.length, 12);
        });
      }),
    );
  });

  it('quantiles as numpy gives them', () => {
    const column = numericColumn([1, 2, 3, 4, 10, Number.NaN]);
    expect([0, 0.1, 0.25, 0.5, 0.9, 1].map((p) => profileQuantile(column, p))).toEqual([
      1, 1.4, 2, 3, 7.6000000000000005, 10,
    ]);
    expect(() => profileQuantile(column, 1.5)).toThrow('a quantile of 1.5; it is within [0, 1]');
  });
});

describe('a profile whose ranks are sketched', () => {
  it('gives a D that is off by no more than it says', () => {
    const random = seededRandom(11);
    const draw = (shift: number) =>
      Float64Array.from({ length: 60_000 }, () => random() ** 2 + shift);
    for (const shift of [0, 0.002, 0.05, 3]) {
      const [reference, current] = [draw(0), draw(shift)];
      const column = numericColumn(reference);
      const exact = new SlotCounter(
        // The reference itself, value by value, as a sample.
        {
          values: reference
            .slice()
            .sort()
            .filter((value, i, sorted) => value !== sorted[i - 1]),
          counts: new Float64Array(reference.length).fill(1),
          rankError: 0,
        },
      );
      const sketched = new SlotCounter(orderedSample(column));
      for (const counter of [exact, sketched]) counter.add(current);
      const [truth, found] = [exact, sketched].map(kolmogorovSmirnovOfSlots);
      expect(found?.error).toBeGreaterThan(0);
      expect(Math.abs((truth?.statistic ?? 9) - (found?.statistic ?? 0))).toBeLessThanOrEqual(
        found?.error ?? 0,
      );
    }
  });
});

describe('defined results', () => {
  it.each([
    ['nothing', []],
    ['nothing but missing values', [Number.NaN, Number.NaN]],
    ['nothing finite', [Number.POSITIVE_INFINITY]],
    ['one value', [3]],
    ['a constant', [3, 3, 3]],
    ['the largest numbers that there are', [Number.MAX_VALUE, -Number.MAX_VALUE]],
    ['the smallest', [5e-324, -5e-324]],
  ])('%s: never NaN', (_, values) => {
    const column = numericColumn(values);
    const numbers = [
      ...Object.values(column.moments),
      profileQuantile(column, 0.3),
      ...(profileBins(column)?.edges ?? []),
      ...profileCdf(column, Float64Array.of(-1, 0, 1)),
      column.distinct.count,
    ];
    expect(numbers.filter((value) => value !== null && !Number.isFinite(value))).toEqual([]);
  });
});
