import { hypergeometricTwoSided } from '../special/hypergeometric.js';
import { contingencyTest } from './binned-comparison.js';
import type { EffectComparison } from './measure.js';
import { totalVariationDistance } from './total-variation.js';
import { twoByTwo } from './two-by-two.js';

/**
 * Fisher's exact test of a 2 × 2 table, both sides: the chance, with both margins given, of a table
 * that is no more likely than this one. Exact at every size; time grows with the smallest margin.
 *
 * @param reference - rows in the two categories
 * @param current - rows in the same order
 * @returns the sample odds ratio r₁c₂ / (r₂c₁) (1.8e308 where its denominator alone is 0, 1 where
 * both are), p, and as effect the total variation distance, here the difference of the shares
 * @throws RangeError when more than two categories have rows, on unequal length, an empty sample, or
 * a count that is not a whole number
 * @example fisherExact([8, 2], [1, 5]); // odds ratio 20, p 0.03497
 * @see R. A. Fisher, The Logic of Inductive Inference, 1935
 */
export function fisherExact(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): EffectComparison {
  const table = twoByTwo('fisher-exact', reference, current);
  const cells = [...table.reference, ...table.current];
  const fraction = cells.find((count) => !Number.isInteger(count));
  if (fraction !== undefined) {
    throw new RangeError(`fisher-exact counts whole rows, not ${fraction}`);
  }
  const [a, b] = table.reference;
  const [c, d] = table.current;
  return {
    statistic: oddsRatio(a * d, b * c),
    pValue: hypergeometricTwoSided(a, a + b, c + d, a + c),
    effect: totalVariationDistance(reference, current),
  };
}

function oddsRatio(numerator: number, denominator: number): number {
  if (denominator > 0) return numerator / denominator;
  return numerator > 0 ? Number.MAX_VALUE : 1;
}

export const fisherExactMeasure = contingencyTest({
  name: 'fisher-exact',
  range: [0, Number.POSITIVE_INFINITY],
  twoCategories: true,
  onCounts: fisherExact,
});
