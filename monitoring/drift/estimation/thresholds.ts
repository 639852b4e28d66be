import { SMALLEST_SAMPLE } from './smallest-sample.js';

/** Fewer chunks than this say too little about their spread. */
export const MINIMUM_REFERENCE_CHUNKS = 5;

const SIGMAS = 3;

/** The range in which a metric was on the reference: an estimate outside raises an alert. */
export interface PerformanceThresholds {
  /** `null` where the metric is not defined on the reference, or it has too few labelled rows. */
  readonly lower: number | null;
  readonly upper: number | null;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  /** Whole chunks of the reference that were measured. */
  readonly chunks: number;
  readonly chunkRows: number;
  /** `sampling-error`: of a chunk and of the whole reference together, for want of chunks. */
  readonly method: 'reference-chunks' | 'sampling-error';
}

/**
 * Thresholds mean ± 3σ of a metric as it was on chunks of the reference, clipped to the metric's
 * range. σ has n − 1 below it.
 *
 * @param realised - the metric on each whole chunk of the reference
 * @param whole - the metric on all of it, with its sampling error on that many labelled rows: what is
 * used where there are fewer than {@link MINIMUM_REFERENCE_CHUNKS} chunks; `null` where it is not
 * defined. σ is then the error on a chunk and that of the reference itself together,
 * error · √(rows / chunkRows + 1); under {@link SMALLEST_SAMPLE} rows it is not known
 * @example
 * const whole = { value: 0.82, error: 0.01, rows: 500 };
 * performanceThresholds([0.8, 0.82, 0.84, 0.82, 0.82], whole, [0, 1], 100);
 * // lower 0.7776, upper 0.8624
 */
export function performanceThresholds(
  realised: readonly number[],
  whole: { readonly value: number; readonly error: number; readonly rows: number } | null,
  range: readonly [number, number],
  chunkRows: number,
): PerformanceThresholds {
  const chunks = realised.length;
  if (chunks >= MINIMUM_REFERENCE_CHUNKS) {
    const mean = realised.reduce((sum, value) => sum + value, 0) / chunks;
    const squares = realised.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const standardDeviation = Math.sqrt(squares / (chunks - 1));
    const limits = around(mean, standardDeviation, range);
    return { ...limits, mean, standardDeviation, chunks, chunkRows, method: 'reference-chunks' };
  }
  const standardDeviation =
    whole === null || whole.rows < SMALLEST_SAMPLE
      ? null
      : whole.error * Math.sqrt(whole.rows / chunkRows + 1);
  const limits =
    whole === null || standardDeviation === null
      ? { lower: null, upper: null }
      : around(whole.value, standardDeviation, range);
  return {
    ...limits,
    mean: whole?.value ?? null,
    standardDeviation,
    chunks,
    chunkRows,
    method: 'sampling-error',
  };
}

/**
 * Whether an estimate on `rows` rows is outside. Chance moves a metric by 1 / √rows: a chunk that is
 * shorter than those of the reference is given that much more room.
 */
export function isOutside(
  { mean, standardDeviation, chunkRows, lower, upper }: PerformanceThresholds,
  estimate: number | null,
  rows: number,
): boolean {
  if (estimate === null || mean === null || standardDeviation === null) return false;
  if (lower === null || upper === null) return false;
  const room = SIGMAS * standardDeviation * (Math.sqrt(Math.max(1, chunkRows / rows)) - 1);
  return estimate < lower - room || estimate > upper + room;
}

/** `value` ± 3 `error`, within `range`. */
export function around(
  value: number,
  error: number,
  [least, most]: readonly [number, number],
): { readonly lower: number; readonly upper: number } {
  const inRange = (limit: number) => Math.min(most, Math.max(least, limit));
  return { lower: inRange(value - SIGMAS * error), upper: inRange(value + SIGMAS * error) };
}
