import { describe, expect, it } from 'vitest';
import { durbinMatrixCdf } from '../../../../monitoring/drift/special/durbin-matrix.js';
import { kolmogorovSurvival } from '../../../../monitoring/drift/special/kolmogorov-one-sample.js';
import { upperGammaShare } from '../../../../monitoring/drift/special/regularised-gamma.js';
import {
  binomialDensity,
  stirlingError,
} from '../../../../monitoring/drift/special/saddle-point.js';
import { relativeError, scipy } from '../scipy-fixture.js';

describe('special functions', () => {
  it('gives the worked examples of the docstrings', () => {
    expect(stirlingError(1)).toBeCloseTo(0.08106146679532726, 14);
    expect(binomialDensity(2, 4, 0.5, 0.5)).toBeCloseTo(0.375, 13);
    expect(durbinMatrixCdf(0.274, 10)).toBeCloseTo(0.6284796154565, 12);
    expect(upperGammaShare(1, 1)).toBeCloseTo(Math.exp(-1), 14);
  });

  it.each(scipy.gamma)('upper gamma share a=$a x=$x as scipy', ({ a, x, upper }) => {
    // Far out in the tail the exponent itself is large, and so is the rounding in it.
    expect(relativeError(upperGammaShare(a, x), upper)).toBeLessThan(upper > 1e-50 ? 1e-12 : 1e-11);
  });

  it.each(scipy.kolmogorov)('Kolmogorov survival n=$n d=$d as scipy', ({ n, d, survival }) => {
    const actual = kolmogorovSurvival(d, n);
    expect(Math.abs(actual - survival)).toBeLessThan(1e-12);
    // Where 1 − cdf is formed, scipy's digits end at 1e-16 absolute.
    if (survival < 1e-3) expect(relativeError(actual, survival)).toBeLessThan(1e-10);
  });

  it('refuses what has no answer', () => {
    expect(() => upperGammaShare(0, 1)).toThrow(RangeError);
    expect(() => upperGammaShare(1, Number.NaN)).toThrow(RangeError);
    expect(() => kolmogorovSurvival(0.1, 0)).toThrow(RangeError);
    expect(() => kolmogorovSurvival(Number.NaN, 5)).toThrow(RangeError);
  });
});
