import { describe, expect, it } from 'vitest';
import {
  bootstrapInterval,
  meanInterval,
  proportionInterval,
} from '../../../../monitoring/drift/performance/index.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { betaQuantile } from '../../../../monitoring/drift/special/beta-quantile.js';
import { studentQuantile } from '../../../../monitoring/drift/special/student-quantile.js';
import { studentSurvival } from '../../../../monitoring/drift/special/student-survival.js';

describe('quantiles', () => {
  // scipy.stats.beta.ppf, scipy.stats.t.ppf, scipy.stats.t.sf of SciPy 1.17.1
  it.each([
    [0.025, 8, 3, 0.4439045376923585],
    [0.975, 9, 2, 0.9747892736731666],
    [0.5, 0.5, 0.5, 0.5],
    [1e-6, 3, 1000, 1.823588673479129e-5],
  ])('the %d quantile of Beta(%d, %d) is that of SciPy', (share, a, b, expected) => {
    expect(betaQuantile(share, a, b) / expected).toBeCloseTo(1, 9);
  });

  it.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 10, 2.228138851986274],
    [0.95, 2.5, 2.5582186141359355],
    [0.975, 1e6, 1.959966356814107],
    [0.025, 10, -2.228138851986275],
  ])('the %d quantile of t(%d) is that of SciPy', (share, freedom, expected) => {
    expect(studentQuantile(share, freedom) / expected).toBeCloseTo(1, 9);
    expect(studentSurvival(studentQuantile(share, freedom), freedom)).toBeCloseTo(1 - share, 9);
  });
});

describe('the exact interval of a share', () => {
  it('is that of Clopper and Pearson', () => {
    // scipy.stats.binomtest(8, 10).proportion_ci(method="exact")
    const { value, low, high } = proportionInterval(8, 10);
    expect(value).toBe(0.8);
    expect(low).toBeCloseTo(0.4439045376923585, 9);
    expect(high).toBeCloseTo(0.9747892736731666, 9);
  });

  it('ends at 0 and 1, and is open without rows', () => {
    expect(proportionInterval(0, 5)).toMatchObject({ value: 0, low: 0 });
    expect(proportionInterval(0, 5).high).toBeCloseTo(1 - 0.025 ** (1 / 5), 12);
    expect(proportionInterval(5, 5)).toMatchObject({ value: 1, high: 1 });
    expect(proportionInterval(0, 0)).toMatchObject({ value: null, low: null, high: null });
  });

  it('refuses what is no share', () => {
    expect(() => proportionInterval(3, 2)).toThrow('3 successes in 2 trials');
    expect(() => proportionInterval(0.5, 2)).toThrow(RangeError);
    expect(() => proportionInterval(1, 2, 95)).toThrow('between 0 and 1');
  });
});

describe('the interval of a mean', () => {
  it("is Student's", () => {
    // scipy.stats.t.interval(0.95, 3, loc=2.5, scale=scipy.stats.sem([1, 2, 3, 4]))
    const { value, low, high } = meanInterval(Float64Array.of(1, 2, Number.NaN, 3, 4));
    expect(value).toBe(2.5);
    expect(low).toBeCloseTo(0.4457397432394794, 9);
    expect(high).toBeCloseTo(4.554260256760521, 9);
  });

  it('has no ends with one row, and no value with none', () => {
    expect(meanInterval(Float64Array.of(7))).toMatchObject({ value: 7, low: null, high: null });
    expect(meanInterval(new Float64Array())).toMatchObject({ value: null });
  });
});

describe('the bootstrap', () => {
  it('is the same for the same seed, and another for another', () => {
    const values = Array.from({ length: 40 }, (_, i) => (i * 7) % 11);
    const mean = (rows: Int32Array) =>
      rows.reduce((sum, row) => sum + (values[row] ?? 0), 0) / rows.length;
    const one = bootstrapInterval(40, mean, { seed: 1 });
    expect(bootstrapInterval(40, mean, { seed: 1 })).toEqual(one);
    expect(bootstrapInterval(40, mean, { seed: 2 })).not.toEqual(one);
  });

  it('covers the mean of a skewed population about as often as it says (seed 20)', () => {
    const random = seededRandom(20);
    let covered = 0;
    for (let run = 0; run < 200; run += 1) {
      const values = Float64Array.from({ length: 100 }, () => -Math.log(1 - random()));
      const mean = (rows: Int32Array) =>
        rows.reduce((sum, row) => sum + (values[row] ?? 0), 0) / rows.length;
      const { low, high } = bootstrapInterval(100, mean, { resamples: 200, seed: run });
      if (low !== null && high !== null && low <= 1 && 1 <= high) covered += 1;
    }
    // 0.95 less four standard errors of 200 runs, and less what percentiles lose on skewed rows.
    expect(covered / 200).toBeGreaterThan(0.86);
    expect(covered / 200).toBeLessThan(1);
  });

  it('has no ends where the figure is seldom defined', () => {
    const never = bootstrapInterval(5, (rows) => (new Set(rows).size === 5 ? 1 : null));
    expect(never).toMatchObject({ value: 1, low: null, high: null });
    expect(() => bootstrapInterval(5, () => 1, { resamples: 3 })).toThrow('≥ 50');
  });
});
