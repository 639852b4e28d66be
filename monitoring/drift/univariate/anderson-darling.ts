import { type TieGroups, tieGroups } from '../samples/tie-groups.js';
import { andersonDarlingSurvival } from '../special/quadratic-tails.js';
import { arrangementsUpTo, shareOfArrangements } from './arrangements.js';
import { type EffectComparison, NO_COMPARISON } from './measure.js';
import { sortedMeasure } from './sorted-comparison.js';

/** Up to this many arrangements of the rows the p-value is exact: 9 against 9 rows, 3 against 60. */
export const EXACT_ARRANGEMENTS = 50_000;

/** The variance of the statistic is not defined for fewer rows in both samples together. */
const LEAST_ROWS = 4;

/** Standard deviation of the limit Σ Zⱼ²/(j(j + 1)). */
const LIMIT_DEVIATION = Math.sqrt((2 * (Math.PI ** 2 - 9)) / 3);

/**
 * Two-sample Anderson–Darling test, with midranks for ties.
 *
 * As Cramér–von Mises, but weighted so that both tails count as much as the middle. The statistic is
 * (A² − 1) / σ, with σ the standard deviation of A² under the null hypothesis. The p-value is exact
 * up to {@link EXACT_ARRANGEMENTS} arrangements of the rows, ties and all; beyond, it is that of the
 * limit distribution at the same number of standard deviations, in its whole range (no floor at
 * 0.001, no cap at 0.25).
 *
 * @param reference - ascending, not empty, no NaN
 * @param current - ascending, not empty, no NaN
 * @returns the standardised statistic, p, and as effect the Kolmogorov–Smirnov D; all `null` where
 * both samples together have fewer than four rows
 * @example andersonDarling(Float64Array.of(1, 2, 3, 4), Float64Array.of(3, 4, 5, 6)); // 1.6904, p 0.1429
 * @see F. W. Scholz, M. A. Stephens, K-Sample Anderson–Darling Tests, 1987
 */
export function andersonDarling(reference: Float64Array, current: Float64Array): EffectComparison {
  const [m, n] = [reference.length, current.length];
  if (m + n < LEAST_ROWS) return NO_COMPARISON;
  const groups = tieGroups(reference, current);
  const { sum, largestGap } = sumOverGroups(groups, m, m + n);
  const criterion = ((m + n - 1) / (m + n) ** 2) * sum * (1 / m + 1 / n);
  const statistic = (criterion - 1) / nullDeviation(m, n);
  const pValue =
    arrangementsUpTo(EXACT_ARRANGEMENTS, m, n) === null
      ? andersonDarlingSurvival(1 + statistic * LIMIT_DEVIATION)
      : shareOfArrangements(groups, m, sum, (before, among, ties, taken) =>
          term(before, among, ties, taken, m, m + n),
        );
  return { statistic, pValue, effect: largestGap };
}

/** A² but for its constant factor; 0 where all rows are equal. */
function sumOverGroups(groups: TieGroups, m: number, rows: number) {
  let [sum, a, b, largestGap] = [0, 0, 0, 0];
  for (let g = 0; g < groups.length; g += 1) {
    const inReference = (groups.referenceUpTo[g] ?? 0) - a;
    const inCurrent = (groups.currentUpTo[g] ?? 0) - b;
    sum += term(a, a + b, inReference + inCurrent, inReference, m, rows);
    a += inReference;
    b += inCurrent;
    largestGap = Math.max(largestGap, Math.abs(a / m - b / (rows - m)));
  }
  return { sum, largestGap };
}

/**
 * What a group of `ties` equal rows adds, `taken` of them the reference's, after `before` rows of the
 * reference among `among` of both.
 */
function term(
  before: number,
  among: number,
  ties: number,
  taken: number,
  m: number,
  rows: number,
): number {
  const middle = among + ties / 2;
  const weight = middle * (rows - middle) - (rows * ties) / 4;
  // Both samples' deviations are the same but for their sign.
  const deviation = rows * (before + taken / 2) - middle * m;
  return weight > 0 ? (ties * deviation * deviation) / weight : 0;
}

/** Standard deviation of A² for two samples, exact. */
function nullDeviation(m: number, n: number): number {
  const rows = m + n;
  const inverse = 1 / m + 1 / n;
  let [h, g] = [0, 0];
  for (let i = rows - 1; i >= 1; i -= 1) {
    // Σ 1/((N − i') j) over i' < j, summed from the largest j down.
    if (i < rows - 1) g += h / (rows - i);
    h += 1 / i;
  }
  const a = 4 * g - 6 + (10 - 6 * g) * inverse;
  const b = 12 * g + 8 * h - 22 + (2 * g - 14 * h - 4) * inverse;
  const c = 36 * h + 4 + (2 * h - 6) * inverse;
  const d = 24;
  const numerator = ((a * rows + b) * rows + c) * rows + d;
  return Math.sqrt(numerator / ((rows - 1) * (rows - 2) * (rows - 3)));
}

export const andersonDarlingMeasure = sortedMeasure({
  name: 'anderson-darling',
  form: 'test',
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  effectMeasure: 'kolmogorov-smirnov',
  smallestEffect: 0.05,
  onSorted: andersonDarling,
});
