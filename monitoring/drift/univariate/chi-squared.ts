import { contingencyTest } from './binned-comparison.js';
import { chiSquaredPValue, contingencyCells, poolRareCategories } from './contingency-table.js';
import { totalVariationDistance } from './total-variation.js';

export interface ChiSquaredResult {
  /** ≥ 0. */
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
}

/**
 * Chi-squared test of homogeneity on the 2 × k contingency table of two samples.
 *
 * χ² = Σ (|O − E| − c)² / E over both rows, with E from the margins and k − 1 degrees of freedom.
 * Yates' c = min(½, |O − E|) applies at one degree of freedom alone, 0 elsewhere. Unlike the
 * goodness-of-fit form it counts the reference's own noise, and a category that the reference never
 * had is one more column, not p = 0.
 *
 * @param reference - rows per category, length k ≥ 1, finite, ≥ 0, sum > 0
 * @param current - rows per category in the same order
 * @returns statistic 0 and p 1 where fewer than two categories have rows
 * @throws RangeError on unequal length, an empty sample, or a count that is not finite
 * @example chiSquared([4, 2, 0], [1, 1, 4]); // statistic 6.1333, 2 degrees of freedom, p 0.046576
 * @see K. Pearson, On the Probability that Two Independent Distributions of Frequency are Really
 * Samples from the Same Population, 1911
 */
export function chiSquared(
  reference: readonly number[],
  current: readonly number[],
): ChiSquaredResult {
  const { cells, degreesOfFreedom } = contingencyCells(reference, current);
  let statistic = 0;
  for (const { observed, expected } of cells) statistic += (observed - expected) ** 2 / expected;
  return { statistic, degreesOfFreedom, pValue: chiSquaredPValue(statistic, degreesOfFreedom) };
}

export const chiSquaredMeasure = contingencyTest({
  name: 'chi-squared',
  range: [0, Number.POSITIVE_INFINITY],
  onCounts(reference, current) {
    const pooled = poolRareCategories(Array.from(reference), Array.from(current));
    const { statistic, pValue } = chiSquared(pooled.reference, pooled.current);
    return { statistic, pValue, effect: totalVariationDistance(reference, current) };
  },
});
