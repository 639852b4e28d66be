import { studentQuantile } from '../special/student-quantile.js';

export interface PairedDifference {
  readonly mean: number;
  /** Ends of the interval of the mean. */
  readonly low: number;
  readonly high: number;
}

/**
 * Mean of paired differences with an interval that allows for rows of one block being alike.
 *
 * Losses of neighbouring hours are no independent draws, so the variance is taken between blocks
 * (the ratio estimator for clusters of unequal size), with Student's t at blocks − 1 degrees of
 * freedom.
 *
 * @param differences - one a row, finite; at least two
 * @param blocks - which block a row is of, any numbers; rows without a block (NaN) are one block
 * @param confidence - of the interval, in (0, 1); default 0.95
 * @returns `null` with fewer than two blocks
 * @example pairedDifference(Float64Array.of(1, 1, 3, 3), Float64Array.of(0, 0, 1, 1));
 * // { mean: 2, low: -10.706, high: 14.706 }
 * @see W. G. Cochran, Sampling Techniques, 1977, §9A
 */
export function pairedDifference(
  differences: Float64Array,
  blocks: Float64Array,
  confidence = 0.95,
): PairedDifference | null {
  const sums = new Map<number, { sum: number; rows: number }>();
  differences.forEach((difference, row) => {
    const block = blocks[row] ?? Number.NaN;
    const entry = sums.get(block) ?? { sum: 0, rows: 0 };
    sums.set(block, { sum: entry.sum + difference, rows: entry.rows + 1 });
  });
  const count = sums.size;
  if (count < 2) return null;
  let total = 0;
  for (const { sum } of sums.values()) total += sum;
  const mean = total / differences.length;
  let squares = 0;
  for (const { sum, rows } of sums.values()) squares += (sum - mean * rows) ** 2;
  const error = Math.sqrt((squares * count) / (count - 1)) / differences.length;
  const reach = studentQuantile((1 + confidence) / 2, count - 1) * error;
  return { mean, low: mean - reach, high: mean + reach };
}

/** Fewer days than this are too few blocks. */
const MIN_DAYS = 4;
const DAY_MS = 86_400_000;

/**
 * Blocks for {@link pairedDifference}: days of event time; where there are fewer than four of them,
 * eight equal runs of rows.
 *
 * @param times - event time a row in ms, ascending
 */
export function timeBlocks(times: Float64Array): Float64Array {
  const days = times.map((time) => Math.floor(time / DAY_MS));
  if (new Set(days).size >= MIN_DAYS) return days;
  return times.map((_, row) => Math.floor((8 * row) / times.length));
}
