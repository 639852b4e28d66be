import { type TieGroups, tieGroups } from '../samples/tie-groups.js';
import { cramerVonMisesExactTail } from '../special/cramer-von-mises-exact.js';
import { cramerVonMisesSurvival } from '../special/quadratic-tails.js';
import type { EffectComparison } from './measure.js';
import { sortedMeasure } from './sorted-comparison.js';

/** Up to this many rows in the larger sample the p-value is exact, if there are no ties. */
export const EXACT_LARGER_ROWS = 20;

/**
 * How rows of one value enter the criterion. `midranks` gives each of them their middle rank, as
 * scipy does: T then grows with the ties of samples of unequal size, and calls 10,000 and 1,000 ages in
 * years different by their ties alone. `averaged` takes the mean of T over all orders in which the tied
 * rows may have come. Without ties both are the same.
 */
export type TieTreatment = 'midranks' | 'averaged';

/**
 * Two-sample Cramér–von Mises test: the squared distance between two empirical distribution
 * functions, averaged over the rows of both.
 *
 * T = U / (mn(m + n)) − (4mn − 1) / (6(m + n)), with U = m Σ(rᵢ − i)² + n Σ(sⱼ − j)² over the
 * midranks r and s of the samples among the rows of both. The p-value is exact up to
 * {@link EXACT_LARGER_ROWS} rows without ties; beyond, it is that of the limit distribution, at the
 * statistic moved and scaled to the limit's mean and variance.
 *
 * @param reference - ascending, not empty, no NaN
 * @param current - ascending, not empty, no NaN
 * @param ties - default `midranks`; the measure in the registry takes `averaged`
 * @returns T, p, and as effect the Kolmogorov–Smirnov D, which does not grow with the rows
 * @example cramerVonMises(Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6)); // T 0.5278, p 0.1
 * @see T. W. Anderson, On the Distribution of the Two-Sample Cramér–von Mises Criterion, 1962
 */
export function cramerVonMises(
  reference: Float64Array,
  current: Float64Array,
  ties: TieTreatment = 'midranks',
): EffectComparison {
  const [m, n] = [reference.length, current.length];
  const groups = tieGroups(reference, current);
  const { midranks, averaged, largestGap } = criterion(groups, m, n);
  const statistic = ties === 'midranks' ? midranks : averaged;
  // One value in all: there is nothing to tell apart.
  if (groups.length === 1) return { statistic, pValue: 1, effect: 0 };
  const pValue =
    Math.max(m, n) <= EXACT_LARGER_ROWS
      ? cramerVonMisesExactTail(statistic, m, n)
      : asymptotic(statistic, m, n);
  return { statistic, pValue, effect: largestGap };
}

/**
 * T in a form in which nothing large cancels. With p and q the rows of both samples in a group of
 * ties, f = p/m, g = q/n, and δ the difference of the distribution functions in its middle:
 * (m + n)·T = ⅙ + Σ mn/24 (f + g)(12δ² + (f − g)²) + Σ ((mp − nq)(p² − q²) − mp − nq) / 12mn.
 * Averaged over all orders of the ties, that last sum becomes Σ 2pq(m + n) / 12mn. Both are 0 where
 * there are no ties.
 */
function criterion(groups: TieGroups, m: number, n: number) {
  let [gaps, ofTies, ofOrders, a, b, largestGap] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < groups.length; at += 1) {
    const p = (groups.referenceUpTo[at] ?? 0) - a;
    const q = (groups.currentUpTo[at] ?? 0) - b;
    const [f, g] = [p / m, q / n];
    const middle = (a + p / 2) / m - (b + q / 2) / n;
    gaps += (f + g) * (12 * middle * middle + (f - g) * (f - g));
    ofTies += (m * p - n * q) * (p - q) * (p + q) - m * p - n * q;
    ofOrders += p * q;
    a += p;
    b += q;
    largestGap = Math.max(largestGap, Math.abs(a / m - b / n));
  }
  const pairs = m * n;
  const untied = 1 / 6 + (pairs * gaps) / 24;
  return {
    midranks: (untied + ofTies / pairs / 12) / (m + n),
    averaged: untied / (m + n) + ofOrders / pairs / 6,
    largestGap,
  };
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
  onSorted: (reference, current) => cramerVonMises(reference, current, 'averaged'),
});
