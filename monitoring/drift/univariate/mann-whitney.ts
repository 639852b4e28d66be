import { type TieGroups, tieGroups } from '../samples/tie-groups.js';
import { mannWhitneyExactTail } from '../special/mann-whitney-exact.js';
import { normalTwoSided } from '../special/normal.js';
import type { EffectComparison } from './measure.js';
import { sortedMeasure } from './sorted-comparison.js';

/** Up to this many rows in the smaller sample the p-value is exact, where there are no ties. */
export const EXACT_SMALLER_ROWS = 8;

/** Past this many pairs the exact count is no longer worth its time. */
const EXACT_PAIRS = 10_000_000;

/**
 * Mann–Whitney U test (Wilcoxon rank sum) of two samples.
 *
 * U counts the pairs in which the reference's value is the larger, ties as half. The two-sided
 * p-value is exact where there are no ties and the smaller sample has at most
 * {@link EXACT_SMALLER_ROWS} rows (and rows × rows ≤ 10⁷), else normal with the variance corrected
 * for ties and a continuity correction of ½. The effect is |2·U/(mn) − 1|, the rank-biserial
 * correlation: how far the chance that one value exceeds the other is from even.
 *
 * @param reference - ascending, not empty, no NaN
 * @param current - ascending, not empty, no NaN
 * @returns U of the reference in [0, mn], p, and the effect in [0, 1]
 * @example mannWhitney(Float64Array.of(1, 2, 3), Float64Array.of(2.5, 4, 5)); // U 1, p 0.2, 0.7778
 * @see H. B. Mann, D. R. Whitney, On a Test of Whether one of Two Random Variables is
 * Stochastically Larger than the Other, 1947
 */
export function mannWhitney(reference: Float64Array, current: Float64Array): EffectComparison {
  const [m, n] = [reference.length, current.length];
  const { statistic, tieSum } = countPairs(tieGroups(reference, current));
  const pairs = m * n;
  const larger = Math.max(statistic, pairs - statistic);
  const isExact = tieSum === 0 && Math.min(m, n) <= EXACT_SMALLER_ROWS && pairs <= EXACT_PAIRS;
  const pValue = isExact
    ? Math.min(1, 2 * mannWhitneyExactTail(pairs - larger, m, n))
    : asymptotic(larger, m, n, tieSum);
  return { statistic, pValue, effect: Math.abs((2 * statistic) / pairs - 1) };
}

function countPairs(groups: TieGroups): { readonly statistic: number; readonly tieSum: number } {
  let [statistic, tieSum, a, b] = [0, 0, 0, 0];
  for (let g = 0; g < groups.length; g += 1) {
    const inReference = (groups.referenceUpTo[g] ?? 0) - a;
    const inCurrent = (groups.currentUpTo[g] ?? 0) - b;
    statistic += inReference * (b + inCurrent / 2);
    const ties = inReference + inCurrent;
    tieSum += ties * (ties - 1) * (ties + 1);
    a += inReference;
    b += inCurrent;
  }
  return { statistic, tieSum };
}

function asymptotic(larger: number, m: number, n: number, tieSum: number): number {
  const rows = m + n;
  const variance = ((m * n) / 12) * (rows + 1 - tieSum / (rows * (rows - 1)));
  if (variance <= 0) return 1;
  const z = (larger - (m * n) / 2 - 0.5) / Math.sqrt(variance);
  return z <= 0 ? 1 : normalTwoSided(z);
}

export const mannWhitneyMeasure = sortedMeasure({
  name: 'mann-whitney',
  form: 'test',
  range: [0, Number.POSITIVE_INFINITY],
  effectMeasure: 'rank-biserial',
  smallestEffect: 0.07,
  onSorted: mannWhitney,
});
