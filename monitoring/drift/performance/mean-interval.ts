import { studentQuantile } from '../special/student-quantile.js';
import { checkLevel, DEFAULT_LEVEL, type Interval } from './interval.js';

/**
 * Mean of independent rows with Student's interval, mean ± t · s/√n.
 *
 * @param values - finite; what is NaN is passed over
 * @returns `null` bounds with fewer than two rows, `null` value with none
 * @example meanInterval(Float64Array.of(1, 2, 3, 4)); // value 2.5, low 0.4457, high 4.5543
 */
export function meanInterval(values: Float64Array, level = DEFAULT_LEVEL): Interval {
  checkLevel(level);
  const { rows, mean, variance } = sampleMoments(values);
  const shape = { level, method: 'student-t' } as const;
  if (rows === 0) return { value: null, low: null, high: null, ...shape };
  if (variance === null) return { value: mean, low: null, high: null, ...shape };
  const reach = studentQuantile(1 - (1 - level) / 2, rows - 1) * Math.sqrt(variance / rows);
  return { value: mean, low: mean - reach, high: mean + reach, ...shape };
}

export interface SampleMoments {
  readonly rows: number;
  readonly mean: number;
  /** With n − 1 below; `null` with fewer than two rows. */
  readonly variance: number | null;
}

/** Mean and variance in one pass by Welford's recurrence; NaN is passed over. */
export function sampleMoments(values: Float64Array): SampleMoments {
  let [rows, mean, squares] = [0, 0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    rows += 1;
    const before = value - mean;
    mean += before / rows;
    squares += before * (value - mean);
  }
  return { rows, mean, variance: rows < 2 ? null : Math.max(0, squares / (rows - 1)) };
}
