import { studentQuantile } from '../special/student-quantile.js';

/** Of fewer windows the spread is hardly known. */
export const FEWEST_USUAL_WINDOWS = 4;

/** One window in forty lies further on the worse side by chance. */
const SHARE_WITHIN = 0.975;

/** How far a number of one more window lies on the worse side, when nothing has changed. */
export interface UsualValues {
  readonly limit: number;
  readonly windows: number;
}

/**
 * The worse end of what windows usually show: the one-sided prediction limit of one more window,
 * mean ± t(n − 1, .975) · σ · √(1 + 1/n). Windows count, not rows: errors of hours that follow one
 * another go together, and an interval from single rows knows nothing of that.
 *
 * @param values - of earlier windows, finite
 * @param worse - on which side worse is
 * @returns `null` with fewer than {@link FEWEST_USUAL_WINDOWS} windows
 * @example usualValues([10, 11, 9, 10], 'above')?.limit; // 10 + 3.182 · 0.8165 · √1.25 = 12.9049
 * @see G. J. Hahn, W. Q. Meeker, Statistical Intervals, 1991, 4.8
 */
export function usualValues(
  values: readonly number[],
  worse: 'above' | 'below',
): UsualValues | null {
  const n = values.length;
  if (n < FEWEST_USUAL_WINDOWS) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const margin =
    studentQuantile(SHARE_WITHIN, n - 1) * Math.sqrt((squares / (n - 1)) * (1 + 1 / n));
  return { limit: worse === 'above' ? mean + margin : mean - margin, windows: n };
}
