import { normalQuantile, normalSurvival } from '../special/normal.js';
import { DEFAULT_LEVEL } from './interval.js';

/** A figure with both ends of its interval. */
export interface BoundedFigure {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * One-sided p-value that of two independent figures the first is no larger than the second, from
 * their intervals alone, whatever they are figures of.
 *
 * z = z_level (a − b) / √((a − a_low)² + (b_high − b)²): the halves of the intervals that face each
 * other are squared and added, so that intervals may be lopsided, as those of shares are.
 *
 * @param level - of both intervals, two-sided
 * @returns in [0, 1]; 0 or 1 where neither figure has any doubt
 * @example
 * // 10 ± 2 and 6 ± 1.5 at 95 %: 4 / √(2² + 1.5²) · 1.96 = 3.136
 * largerByChance({ value: 10, low: 8, high: 12 }, { value: 6, low: 4.5, high: 7.5 }); // 0.00086
 * @see G. Y. Zou, A. Donner, Construction of Confidence Limits about Effect Measures, 2008
 */
export function largerByChance(
  larger: BoundedFigure,
  smaller: BoundedFigure,
  level = DEFAULT_LEVEL,
): number {
  const difference = larger.value - smaller.value;
  const reach = Math.hypot(larger.value - larger.low, smaller.high - smaller.value);
  if (reach === 0) return difference > 0 ? 0 : 1;
  return normalSurvival((normalQuantile((1 + level) / 2) * difference) / reach);
}
