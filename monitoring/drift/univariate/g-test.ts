import { devianceTerm } from '../special/saddle-point.js';
import { contingencyTest } from './binned-comparison.js';
import type { ChiSquaredResult } from './chi-squared.js';
import { chiSquaredPValue, contingencyCells, poolRareCategories } from './contingency-table.js';
import { totalVariationDistance } from './total-variation.js';

/**
 * G-test of homogeneity (likelihood ratio) on the 2 × k contingency table of two samples.
 *
 * G = 2 Σ O ln(O / E) over both rows, with E from the margins, k − 1 degrees of freedom and Yates'
 * correction of O at one of them, as {@link chiSquared}.
 *
 * @param reference - rows per category, length k ≥ 1, finite, ≥ 0, sum > 0
 * @param current - rows per category in the same order
 * @returns statistic 0 and p 1 where fewer than two categories have rows
 * @throws RangeError on unequal length, an empty sample, or a count that is not finite
 * @example gTest([10, 20, 30], [20, 20, 20]); // statistic 5.4115, 2 degrees of freedom, p 0.0668
 * @see S. S. Wilks, The Likelihood Test of Independence in Contingency Tables, 1935
 */
export function gTest(reference: ArrayLike<number>, current: ArrayLike<number>): ChiSquaredResult {
  const { cells, degreesOfFreedom } = contingencyCells(reference, current);
  let half = 0;
  // O ln(O / E) + E − O, each ≥ 0: what is added sums to 0, and small differences keep their digits.
  for (const { observed, expected } of cells) half += devianceTerm(observed, expected);
  const statistic = 2 * half;
  return { statistic, degreesOfFreedom, pValue: chiSquaredPValue(statistic, degreesOfFreedom) };
}

export const gTestMeasure = contingencyTest({
  name: 'g-test',
  range: [0, Number.POSITIVE_INFINITY],
  onCounts(reference, current) {
    const pooled = poolRareCategories(Array.from(reference), Array.from(current));
    const { statistic, pValue } = gTest(pooled.reference, pooled.current);
    return { statistic, pValue, effect: totalVariationDistance(reference, current) };
  },
});
