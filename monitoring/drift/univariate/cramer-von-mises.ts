import { tieGroups } from '../samples/tie-groups.js';
import { cramerVonMisesExactTail } from '../special/cramer-von-mises-exact.js';
import { cramerVonMisesSurvival } from '../special/quadratic-tails.js';
import { kolmogorovSmirnovStatistic } from './kolmogorov-smirnov.js';
import type { EffectComparison } from './measure.js';
import { sortedMeasure } from './sorted-comparison.js';

/** Up to this many rows in the larger sample the p-value is exact, if there are no ties. */
export const EXACT_LARGER_ROWS = 20;

/**
 * Two-sample Cramér–von Mises test: the squared distance between two empirical distribution
 * functions, averaged over the rows of both.
 *
 * T = U / (mn(m + n)) − (4mn − 1) / (6(m + n)), with U = m Σ(rᵢ − i)² + n Σ(sⱼ − j)² over the
 * (mid-)ranks of both samples. The p-value is exact up to {@link EXACT_LARGER_ROWS} rows (of samples
 * without ties: with them it is conservative or not by a little), else that of the limit at the
 * statistic moved and scaled to the limit's mean and variance.
 *
 * @param reference - ascending, not empty, no NaN
 * @param current - ascending, not empty, no NaN
 * @returns T, p, and as effect the Kolmogorov–Smirnov D, which does not grow with the rows
 * @example cramerVonMises(Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6)); // T 0.75, p 0.1
 * @see T. W. Anderson, On the Distribution of the Two-Sample Cramér–von Mises Criterion, 1962
 */
export function cramerVonMises(reference: Float64Array, current: Float64Array): EffectComparison {
  const [m, n] = [reference.length, current.length];
  const rankSum = squaredRankDifferences(reference, current);
  const [pairs, rows] = [m * n, m + n];
  const statistic = rankSum / (pairs * rows) - (4 * pairs - 1) / (6 * rows);
  const pValue =
    Math.max(m, n) <= EXACT_LARGER_ROWS
      ? cramerVonMisesExactTail(rankSum, m, n)
      : asymptotic(statistic, m, n);
  return { statistic, pValue, effect: kolmogorovSmirnovStatistic(reference, current) };
}

/** U = m Σ(rᵢ − i)² + n Σ(sⱼ − j)². */
function squaredRankDifferences(reference: Float64Array, current: Float64Array): number {
  const groups = tieGroups(reference, current);
  let [ofReference, ofCurrent, a, b] = [0, 0, 0, 0];
  for (let g = 0; g < groups.length; g += 1) {
    const inReference = (groups.referenceUpTo[g] ?? 0) - a;
    const inCurrent = (groups.currentUpTo[g] ?? 0) - b;
    // Every row of the group has the group's middle rank.
    const rank = a + b + (inReference + inCurrent + 1) / 2;
    ofReference += squares(rank - a, inReference);
    ofCurrent += squares(rank - b, inCurrent);
    a += inReference;
    b += inCurrent;
  }
  return a * ofReference + b * ofCurrent;
}

/** Σ (offset − i)² over i = 1 … k. */
function squares(offset: number, k: number): number {
  const middle = offset - (k + 1) / 2;
  return k * middle * middle + (k * (k * k - 1)) / 12;
}

function asymptotic(statistic: number, m: number, n: number): number {
  const [pairs, rows] = [m * n, m + n];
  const mean = (1 + 1 / rows) / 6;
  const variance =
    ((rows + 1) * (4 * pairs * rows - 3 * (m * m + n * n) - 2 * pairs)) /
    (45 * rows * rows * 4 * pairs);
  return cramerVonMisesSurvival(1 / 6 + (statistic - mean) / Math.sqrt(45 * variance));
}

export const cramerVonMisesMeasure = sortedMeasure({
  name: 'cramer-von-mises',
  form: 'test',
  range: [0, Number.POSITIVE_INFINITY],
  effectMeasure: 'kolmogorov-smirnov',
  smallestEffect: 0.05,
  onSorted: cramerVonMises,
});
