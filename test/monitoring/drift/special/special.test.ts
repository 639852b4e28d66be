import { describe, expect, it } from 'vitest';
import { cramerVonMisesExactTail } from '../../../../monitoring/drift/special/cramer-von-mises-exact.js';
import { durbinMatrixCdf } from '../../../../monitoring/drift/special/durbin-matrix.js';
import {
  hypergeometricDensity,
  hypergeometricTwoSided,
} from '../../../../monitoring/drift/special/hypergeometric.js';
import { kolmogorovSurvival } from '../../../../monitoring/drift/special/kolmogorov-one-sample.js';
import { exactTwoSampleSurvival } from '../../../../monitoring/drift/special/kolmogorov-two-sample.js';
import { mannWhitneyExactTail } from '../../../../monitoring/drift/special/mann-whitney-exact.js';
import {
  normalCdf,
  normalQuantile,
  normalSurvival,
} from '../../../../monitoring/drift/special/normal.js';
import {
  andersonDarlingSurvival,
  cramerVonMisesSurvival,
} from '../../../../monitoring/drift/special/quadratic-tails.js';
import { betaShare } from '../../../../monitoring/drift/special/regularised-beta.js';
import { upperGammaShare } from '../../../../monitoring/drift/special/regularised-gamma.js';
import {
  binomialDensity,
  stirlingError,
} from '../../../../monitoring/drift/special/saddle-point.js';
import { studentTwoSided } from '../../../../monitoring/drift/special/student-t.js';
import { readOracle, relativeError } from '../oracle.js';

interface Survival {
  readonly x: number;
  readonly survival: number;
}

const oracle = readOracle<{
  readonly kolmogorov: readonly { n: number; d: number; survival: number }[];
  readonly gamma: readonly { a: number; x: number; upper: number }[];
  readonly normal: readonly { z: number; survival: number }[];
  readonly normalQuantile: readonly { p: number; quantile: number }[];
  readonly student: readonly { t: number; degreesOfFreedom: number; twoSided: number }[];
  readonly beta: readonly { a: number; b: number; x: number; share: number }[];
  readonly cramerVonMises: readonly Survival[];
  readonly andersonDarling: readonly Survival[];
}>('special');

describe('special functions', () => {
  it('give the worked examples of their docstrings', () => {
    expect(stirlingError(1)).toBeCloseTo(0.08106146679532726, 14);
    expect(binomialDensity(2, 4, 0.5, 0.5)).toBeCloseTo(0.375, 13);
    expect(durbinMatrixCdf(0.274, 10)).toBeCloseTo(0.6284796154565, 12);
    expect(upperGammaShare(1, 1)).toBeCloseTo(Math.exp(-1), 14);
    expect(betaShare(2, 3, 0.5, 0.5)).toBeCloseTo(0.6875, 13);
    expect(studentTwoSided(2.228138851964939, 10)).toBeCloseTo(0.05, 11);
    expect(normalSurvival(1.959963984540054)).toBeCloseTo(0.025, 14);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13);
    expect(hypergeometricDensity(1, 2, 2, 2)).toBeCloseTo(2 / 3, 13);
    expect(hypergeometricTwoSided(8, 10, 6, 9)).toBeCloseTo(0.03497, 5);
    expect(mannWhitneyExactTail(1, 3, 3)).toBeCloseTo(0.1, 14);
    expect(cramerVonMisesExactTail(0.5277777777777778, 3, 3)).toBeCloseTo(0.1, 14);
    expect(cramerVonMisesSurvival(0.46136)).toBeCloseTo(0.05, 6);
    expect(andersonDarlingSurvival(2.492)).toBeCloseTo(0.05, 4);
    expect(exactTwoSampleSurvival(1, 2, 2)).toBeCloseTo(1 / 3, 15);
  });

  it.each(oracle.gamma)('upper gamma share a=$a x=$x', ({ a, x, upper }) => {
    // Far out in the tail the exponent itself is large, and so is the rounding in it.
    expect(relativeError(upperGammaShare(a, x), upper)).toBeLessThan(upper > 1e-50 ? 1e-12 : 1e-11);
  });

  it.each(oracle.beta)('beta share a=$a b=$b x=$x', ({ a, b, x, share }) => {
    expect(relativeError(betaShare(a, b, x), share)).toBeLessThan(share > 1e-50 ? 1e-12 : 1e-11);
  });

  it.each(oracle.student)('Student t=$t on $degreesOfFreedom', (row) => {
    const actual = studentTwoSided(row.t, row.degreesOfFreedom);
    expect(relativeError(actual, row.twoSided)).toBeLessThan(row.twoSided > 1e-50 ? 1e-12 : 1e-11);
  });

  it.each(oracle.normal)('normal survival z=$z', ({ z, survival }) => {
    expect(relativeError(normalSurvival(z), survival)).toBeLessThan(
      survival > 1e-50 ? 1e-12 : 1e-11,
    );
    expect(normalCdf(-z)).toBe(normalSurvival(z));
  });

  it.each(oracle.normalQuantile)('normal quantile p=$p', ({ p, quantile }) => {
    expect(Math.abs(normalQuantile(p) - quantile)).toBeLessThanOrEqual(
      1e-12 * Math.max(1, Math.abs(quantile)),
    );
  });

  it.each(oracle.cramerVonMises)('Cramér–von Mises limit at $x', ({ x, survival }) => {
    expect(relativeError(cramerVonMisesSurvival(x), survival)).toBeLessThan(1e-12);
  });

  it.each(oracle.andersonDarling)('Anderson–Darling limit at $x', ({ x, survival }) => {
    expect(relativeError(andersonDarlingSurvival(x), survival)).toBeLessThan(1e-12);
  });

  it.each(oracle.kolmogorov)('Kolmogorov survival n=$n d=$d', ({ n, d, survival }) => {
    const actual = kolmogorovSurvival(d, n);
    expect(Math.abs(actual - survival)).toBeLessThan(1e-12);
    // Where 1 − cdf is formed, scipy's digits end at 1e-16 absolute.
    if (survival < 1e-3) expect(relativeError(actual, survival)).toBeLessThan(1e-10);
  });
});

describe('exact distributions', () => {
  it('sum to one: every step of a tail is a probability', () => {
    for (const [m, n] of [
      [1, 1],
      [3, 5],
      [7, 8],
    ] as const) {
      let last = 0;
      for (let u = 0; u <= m * n; u += 1) {
        const tail = mannWhitneyExactTail(u, m, n);
        expect(tail).toBeGreaterThan(last);
        last = tail;
      }
      expect(last).toBeCloseTo(1, 12);
    }
  });

  it('equal sizes have a closed form, between those of fewer and of more rows', () => {
    // Doubling one sample leaves the lattice of the gaps as it is, and takes the other way.
    for (const d of [0.05, 0.1, 0.2]) {
      const larger = exactTwoSampleSurvival(d, 400, 800);
      expect(exactTwoSampleSurvival(d, 400, 400)).toBeGreaterThan(larger);
      expect(exactTwoSampleSurvival(d, 200, 200)).toBeGreaterThan(larger);
    }
    expect(exactTwoSampleSurvival(3 / 5, 5, 5)).toBeCloseTo(0.35714285714285715, 14);
    expect(exactTwoSampleSurvival(1, 5, 5)).toBeCloseTo(2 / 252, 15);
  });

  it('goes to 0 and no further where no double is small enough', () => {
    expect(exactTwoSampleSurvival(0.9, 9_000, 10_000)).toBe(0);
    expect(exactTwoSampleSurvival(0.25, 9_000, 10_000)).toBeGreaterThan(0);
    expect(studentTwoSided(1e200, 5)).toBe(0);
    expect(normalSurvival(Number.POSITIVE_INFINITY)).toBe(0);
  });

  it('hypergeometric tails are whole: all tables together have chance one', () => {
    for (const [good, bad, draws] of [
      [5, 9, 7],
      [100, 40, 60],
      [1, 1_000, 500],
    ] as const) {
      let sum = 0;
      for (let k = 0; k <= draws; k += 1) sum += hypergeometricDensity(k, good, bad, draws);
      expect(sum).toBeCloseTo(1, 12);
    }
  });
});

describe('what has no answer is refused', () => {
  it.each([
    ['a shape of 0', () => upperGammaShare(0, 1)],
    ['NaN', () => upperGammaShare(1, Number.NaN)],
    ['a beta shape below 0', () => betaShare(-1, 1, 0.5)],
    ['a share past 1', () => betaShare(1, 1, 1.5)],
    ['no degrees of freedom', () => studentTwoSided(1, 0)],
    ['a quantile of 1', () => normalQuantile(1)],
    ['no rows', () => kolmogorovSurvival(0.1, 0)],
    ['a statistic of NaN', () => kolmogorovSurvival(Number.NaN, 5)],
  ])('%s', (_, call) => {
    expect(call).toThrow(RangeError);
  });
});
