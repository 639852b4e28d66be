import { describe, expect, it } from 'vitest';
import { mergeProfiles } from '../../../../monitoring/drift/profiles/index.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import {
  numberProfile,
  numericColumn,
  onlyCategorical,
  onlyNumeric,
  textProfile,
} from './profiled.js';

const random = seededRandom(3);
const values = Float64Array.from({ length: 100_000 }, () => random() ** 3);

/** Skewness of u³ for uniform u, and its first two moments: E uᵏ = 1 / (k + 1). */
const MEAN = 1 / 4;
const VARIANCE = 1 / 7 - 1 / 16;

describe('moments', () => {
  it('of a known distribution', () => {
    const { mean, standardDeviation, skewness } = numericColumn(values).moments;
    expect(mean).toBeCloseTo(MEAN, 2);
    expect(standardDeviation).toBeCloseTo(Math.sqrt(VARIANCE), 2);
    expect(skewness).toBeCloseTo((1 / 10 - (3 * MEAN) / 7 + 2 * MEAN ** 3) / VARIANCE ** 1.5, 1);
  });

  it.each([1e-300, 1e-20, 1, 1e9, 1e150, 1e300])('scale with the values: × %d', (factor) => {
    const plain = numericColumn(values).moments;
    const scaled = numericColumn(values.map((value) => value * factor)).moments;
    expect((scaled.mean ?? 0) / factor / (plain.mean ?? 1)).toBeCloseTo(1, 12);
    expect((scaled.standardDeviation ?? 0) / factor / (plain.standardDeviation ?? 1)).toBeCloseTo(
      1,
      12,
    );
    expect(scaled.skewness).toBeCloseTo(plain.skewness ?? 0, 10);
  });

  it('do not lose a small spread around a huge value', () => {
    const around = Float64Array.from({ length: 50_000 }, (_, i) => 1e12 + (i % 2));
    const halves = [around.subarray(0, 20_000), around.subarray(20_000)].map(numberProfile);
    for (const { moments } of [numericColumn(around), onlyNumeric(mergeProfiles(halves))]) {
      expect(moments.mean).toBe(1e12 + 0.5);
      expect(moments.standardDeviation).toBeCloseTo(0.5 * Math.sqrt(50_000 / 49_999), 9);
    }
  });

  it('are null where they do not exist', () => {
    expect(numericColumn([]).moments).toEqual({
      rows: 0,
      min: null,
      max: null,
      mean: null,
      standardDeviation: null,
      skewness: null,
    });
    expect(numericColumn([0.1, 0.1, 0.1]).moments).toEqual({
      rows: 3,
      min: 0.1,
      max: 0.1,
      mean: 0.1,
      standardDeviation: 0,
      skewness: null,
    });
    expect(numericColumn([Number.POSITIVE_INFINITY, 2]).moments).toMatchObject({
      rows: 1,
      min: 2,
      max: 2,
      mean: 2,
      standardDeviation: null,
    });
  });
});

describe('distinct values', () => {
  it.each([20_000, 50_000, 200_000])(
    '%d: estimated within three standard errors, whatever the order',
    (count) => {
      const numbers = Float64Array.from({ length: count }, (_, i) => i);
      for (const stream of [numbers, numbers.slice().reverse()]) {
        const { distinct } = numericColumn(stream);
        expect(distinct.exact).toBe(false);
        expect(Math.abs(distinct.count / count - 1)).toBeLessThan(3 * 0.01625);
      }
    },
  );

  it('are exact up to 10,000 numbers or categories, one more is estimated', () => {
    const numbers = (count: number) =>
      numericColumn(Float64Array.from({ length: count }, (_, i) => i / 7));
    expect(numbers(10_000).distinct).toMatchObject({ count: 10_000, exact: true });
    expect(numbers(10_001).distinct.exact).toBe(false);
    const texts = (count: number) =>
      onlyCategorical(textProfile(Array.from({ length: count }, (_, i) => `t${i}`)));
    expect(texts(10_000).distinct).toMatchObject({ count: 10_000, exact: true });
    expect(texts(10_001).distinct.exact).toBe(false);
  });
});
