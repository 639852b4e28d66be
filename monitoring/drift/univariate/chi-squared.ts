import { totalsOf } from '../samples/counts.js';
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

/**
 * Chi-squared goodness of fit: are the current rows drawn from shares that are known for certain?
 *
 * χ² = Σ (cᵢ − n·rᵢ)² / (n·rᵢ), with r the reference's shares and n the current rows, k − 1 degrees of
 * freedom. It takes the reference for the truth: where the reference is itself a sample, p-values are
 * far too small, and {@link chiSquared} is the test. No measure uses it; it is here for references
 * that are no sample (a die, a plan) and to compare with libraries that do use it.
 *
 * @param reference - the shares, or rows in their proportion, finite, ≥ 0, sum > 0
 * @param current - rows per category in the same order
 * @returns categories without any share in the reference count by their rows: statistic 1.8e308, p 0
 * @throws RangeError on unequal length, an empty sample, or a count that is not finite
 * @example chiSquaredGoodnessOfFit([1, 1], [40, 60]); // statistic 4, 1 degree of freedom, p 0.0455
 * @see K. Pearson, On the Criterion that a Given System of Deviations …, 1900
 */
export function chiSquaredGoodnessOfFit(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): ChiSquaredResult {
  const totals = totalsOf(reference, current);
  let statistic = 0;
  let categories = 0;
  for (let i = 0; i < reference.length; i += 1) {
    const expected = ((reference[i] ?? 0) / totals.reference) * totals.current;
    const difference = (current[i] ?? 0) - expected;
    if (expected === 0 && difference === 0) continue;
    statistic += expected === 0 ? Number.MAX_VALUE : difference ** 2 / expected;
    categories += 1;
  }
  statistic = Math.min(statistic, Number.MAX_VALUE);
  const degreesOfFreedom = categories - 1;
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
