import { finitePart } from '../samples/finite-part.js';
import {
  commonOrigin,
  commonScale,
  type Moments,
  momentsOf,
  spreadOfBoth,
} from '../samples/moments.js';
import { studentTwoSided } from '../special/student-t.js';
import { type EffectComparison, NO_COMPARISON } from './measure.js';
import { sortedMeasure } from './sorted-comparison.js';

/**
 * Welch's t-test: do two samples have one mean, whatever their variances?
 *
 * t = (x̄ − ȳ) / √(s²ₓ/m + s²ᵧ/n), on the degrees of freedom of Welch and Satterthwaite. The effect
 * is Cohen's d: |x̄ − ȳ| over the root mean square of both standard deviations. Infinite values are
 * left out. Where neither sample varies, equal means give t 0 and p 1, others t ±1.8e308 and p 0
 * (with d against the standard deviation of both together: 2).
 *
 * @param reference - ascending, no NaN
 * @param current - ascending, no NaN
 * @returns t (positive where the reference's mean is the larger), p of both sides, d; all `null`
 * where a sample has fewer than two finite values
 * @example welch(Float64Array.of(1, 2, 3), Float64Array.of(2, 4, 6)); // t −1.5492, p 0.2206, d 1.5492
 * @see B. L. Welch, The Generalization of Student's Problem when Several Different Population
 * Variances are Involved, 1947
 */
export function welch(reference: Float64Array, current: Float64Array): EffectComparison {
  const [a, b] = [finitePart(reference), finitePart(current)];
  if (a.length < 2 || b.length < 2) return NO_COMPARISON;
  const scale = commonScale(a, b);
  const origin = commonOrigin(a, b);
  const [x, y] = [momentsOf(a, scale, origin), momentsOf(b, scale, origin)];
  const difference = x.mean - y.mean;
  const effect = cohensD(x, y);
  // Squared standard errors of the means.
  const [ofX, ofY] = [x.variance / (x.rows - 1), y.variance / (y.rows - 1)];
  if (difference === 0) return { statistic: 0, pValue: 1, effect };
  if (ofX + ofY === 0) {
    return { statistic: Math.sign(difference) * Number.MAX_VALUE, pValue: 0, effect };
  }
  const statistic = difference / Math.sqrt(ofX + ofY);
  const weight = ofX / (ofX + ofY);
  const degrees = 1 / (weight ** 2 / (x.rows - 1) + (1 - weight) ** 2 / (y.rows - 1));
  return { statistic, pValue: studentTwoSided(statistic, degrees), effect };
}

function cohensD(x: Moments, y: Moments): number {
  const difference = Math.abs(x.mean - y.mean);
  if (difference === 0) return 0;
  const spread = Math.sqrt((x.variance + y.variance) / 2);
  return difference / (spread > 0 ? spread : spreadOfBoth(x, y));
}

export const tTestMeasure = sortedMeasure({
  name: 't-test',
  form: 'test',
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  effectMeasure: 'cohens-d',
  smallestEffect: 0.125,
  onSorted: welch,
});
