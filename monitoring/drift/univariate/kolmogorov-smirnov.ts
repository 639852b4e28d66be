import { finite, searchSorted, sortedPresent } from '../samples/column-values.js';
import { kolmogorovSurvival } from '../special/kolmogorov-one-sample.js';
import { exactTwoSampleSurvival } from '../special/kolmogorov-two-sample.js';
import { type EffectComparison, NO_COMPARISON } from './measure.js';
import { sortedMeasure } from './sorted-comparison.js';

/** Up to this many rows in the larger sample the p-value is exact. */
export const EXACT_ROWS = 10_000;

/**
 * Two-sample Kolmogorov–Smirnov statistic: the largest distance between two empirical distribution
 * functions.
 *
 * @param reference - ascending, not empty, no NaN
 * @param current - ascending, not empty, no NaN
 * @returns D in [0, 1]
 * @throws RangeError when a sample is empty
 * @example kolmogorovSmirnovStatistic(Float64Array.of(1, 2), Float64Array.of(2, 3)); // 0.5
 */
export function kolmogorovSmirnovStatistic(reference: Float64Array, current: Float64Array): number {
  const [m, n] = [reference.length, current.length];
  if (m === 0 || n === 0) throw new RangeError('Kolmogorov–Smirnov needs a value in each sample');
  let [i, j, largest] = [0, 0, 0];
  while (i < m && j < n) {
    const value = Math.min(reference[i] ?? 0, current[j] ?? 0);
    while (i < m && reference[i] === value) i += 1;
    while (j < n && current[j] === value) j += 1;
    largest = Math.max(largest, Math.abs(i / m - j / n));
  }
  return largest;
}

/**
 * The same statistic in one pass over an unsorted current sample: its distribution function is flat
 * between reference values only as far as counts go, so that counts between them are enough.
 *
 * @param reference - ascending, not empty, finite
 * @param current - any order; NaN is passed over
 * @returns D in [0, 1] and the rows of `current` that counted; D is `null` when there were none
 */
export function kolmogorovSmirnovAgainstSorted(
  reference: Float64Array,
  current: Float64Array,
): { readonly statistic: number | null; readonly rows: number } {
  const distinct = reference.filter((value, i) => i === 0 || value !== reference[i - 1]);
  // Even places count rows between two reference values, odd places rows equal to one.
  const counts = new Float64Array(2 * distinct.length + 1);
  let rows = 0;
  for (const raw of current) {
    if (Number.isNaN(raw)) continue;
    const value = finite(raw);
    const place = searchSorted(distinct, value);
    const slot = 2 * place + (distinct[place] === value ? 1 : 0);
    counts[slot] = (counts[slot] ?? 0) + 1;
    rows += 1;
  }
  if (rows === 0) return { statistic: null, rows };
  let [below, passed, largest] = [0, 0, 0];
  for (let i = 0; i < distinct.length; i += 1) {
    below += counts[2 * i] ?? 0;
    largest = Math.max(largest, Math.abs(passed / reference.length - below / rows));
    below += counts[2 * i + 1] ?? 0;
    while (passed < reference.length && reference[passed] === distinct[i]) passed += 1;
    largest = Math.max(largest, Math.abs(passed / reference.length - below / rows));
  }
  return { statistic: largest, rows };
}

/**
 * Two-sided p-value of the two-sample statistic.
 *
 * @param statistic - D in [0, 1]
 * @param method - `auto` is exact up to {@link EXACT_ROWS} rows in the larger sample, else the
 * one-sample distribution at round(mn / (m + n)) rows
 * @returns in [0, 1]
 * @example kolmogorovSmirnovPValue(5 / 16, 16, 16); // 0.4263
 */
export function kolmogorovSmirnovPValue(
  statistic: number,
  referenceRows: number,
  currentRows: number,
  method: 'auto' | 'exact' | 'asymptotic' = 'auto',
): number {
  const exact =
    method === 'exact' || (method === 'auto' && Math.max(referenceRows, currentRows) <= EXACT_ROWS);
  if (exact) return exactTwoSampleSurvival(statistic, referenceRows, currentRows);
  const effective = (referenceRows * currentRows) / (referenceRows + currentRows);
  return kolmogorovSurvival(statistic, Math.max(1, Math.round(effective)));
}

/**
 * Two-sample Kolmogorov–Smirnov test.
 *
 * @param reference - numbers in any order; NaN is missing, ±∞ stand at the ends
 * @param current - the same
 * @returns statistic D in [0, 1] and its two-sided p-value; both `null` where a sample has no value
 * @example kolmogorovSmirnov(Float64Array.of(1, 2), Float64Array.of(2, 3)); // D 0.5, p 1
 * @see J. L. Hodges, The Significance Probability of the Smirnov Two-Sample Test, 1958
 */
export function kolmogorovSmirnov(
  reference: Float64Array,
  current: Float64Array,
): EffectComparison {
  const [a, b] = [sortedPresent(reference), sortedPresent(current)];
  return a.length === 0 || b.length === 0 ? NO_COMPARISON : onSorted(a, b);
}

function onSorted(reference: Float64Array, current: Float64Array): EffectComparison {
  const statistic = kolmogorovSmirnovStatistic(reference, current);
  const pValue = kolmogorovSmirnovPValue(statistic, reference.length, current.length);
  return { statistic, pValue, effect: statistic };
}

export const kolmogorovSmirnovMeasure = sortedMeasure({
  name: 'kolmogorov-smirnov',
  form: 'test',
  range: [0, 1],
  effectMeasure: 'kolmogorov-smirnov',
  smallestEffect: 0.05,
  onSorted,
});
