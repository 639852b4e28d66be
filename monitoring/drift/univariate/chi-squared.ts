import { alignCounts, countCategories } from '../samples/column-values.js';
import { totalsOf } from '../samples/counts.js';
import { chiSquaredSurvival } from '../special/regularised-gamma.js';
import { type EffectComparison, type Measure, NO_COMPARISON } from './measure.js';
import { totalVariationDistance } from './total-variation.js';

/** Categories are pooled until no expected count is below this (Cochran's rule). */
export const MINIMUM_EXPECTED = 5;

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
  const totals = totalsOf(reference, current);
  const all = totals.reference + totals.current;
  const columns = reference
    .map((count, i) => [count, current[i] ?? 0] as const)
    .filter(([a, b]) => a + b > 0);
  const degreesOfFreedom = columns.length - 1;
  if (degreesOfFreedom === 0) return { statistic: 0, degreesOfFreedom, pValue: 1 };
  let statistic = 0;
  for (const column of columns) {
    const share = (column[0] + column[1]) / all;
    for (const [observed, rows] of [
      [column[0], totals.reference],
      [column[1], totals.current],
    ] as const) {
      const expected = share * rows;
      const difference = Math.abs(observed - expected);
      const correction = degreesOfFreedom === 1 ? Math.min(0.5, difference) : 0;
      statistic += (difference - correction) ** 2 / expected;
    }
  }
  return { statistic, degreesOfFreedom, pValue: chiSquaredSurvival(statistic, degreesOfFreedom) };
}

/**
 * Puts the rarest categories together until every expected count is at least `minimumExpected`.
 *
 * @returns counts of the categories that stand alone, most frequent first, and of the pool (last)
 * where there is one; a single category where the samples are too small for two
 * @example poolRareCategories([90, 8, 2], [95, 4, 1], 5);
 * // { reference: [90, 10], current: [95, 5] }
 */
export function poolRareCategories(
  reference: readonly number[],
  current: readonly number[],
  minimumExpected = MINIMUM_EXPECTED,
): { readonly reference: readonly number[]; readonly current: readonly number[] } {
  const totals = totalsOf(reference, current);
  const smaller = Math.min(totals.reference, totals.current);
  // expected = column total × row total / all ≥ minimum, asked of the smaller row.
  const needed = (minimumExpected * (totals.reference + totals.current)) / smaller;
  const columns = reference
    .map((count, i) => ({ reference: count, current: current[i] ?? 0 }))
    .filter((column) => column.reference + column.current > 0)
    .sort((a, b) => b.reference + b.current - a.reference - a.current);
  const pool = { reference: 0, current: 0 };
  for (let last = columns.at(-1); last !== undefined; last = columns.at(-1)) {
    const pooled = pool.reference + pool.current;
    const enough = pooled === 0 || pooled >= needed;
    if (enough && last.reference + last.current >= needed) break;
    columns.pop();
    pool.reference += last.reference;
    pool.current += last.current;
  }
  if (pool.reference + pool.current > 0) columns.push(pool);
  return {
    reference: columns.map((column) => column.reference),
    current: columns.map((column) => column.current),
  };
}

export const chiSquaredMeasure: Measure = {
  name: 'chi-squared',
  form: 'test',
  kinds: ['categorical'],
  range: [0, Number.POSITIVE_INFINITY],
  effectMeasure: 'total-variation',
  smallestEffect: 0.05,
  compare(reference, current) {
    if (reference.kind !== 'categorical' || current.kind !== 'categorical') {
      throw new RangeError('chi-squared compares categorical columns');
    }
    const counts = alignCounts(countCategories(reference.values), countCategories(current.values));
    const isEmpty = (side: readonly number[]) => side.every((count) => count === 0);
    if (isEmpty(counts.reference) || isEmpty(counts.current)) return NO_COMPARISON;
    return onCounts(counts.reference, counts.current);
  },
  onCounts,
};

function onCounts(reference: ArrayLike<number>, current: ArrayLike<number>): EffectComparison {
  const pooled = poolRareCategories(Array.from(reference), Array.from(current));
  const { statistic, pValue } = chiSquared(pooled.reference, pooled.current);
  return { statistic, pValue, effect: totalVariationDistance(reference, current) };
}
