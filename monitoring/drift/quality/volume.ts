import { sampleMoments } from '../performance/mean-interval.js';
import type { QualityFinding } from './check.js';

/** Fewer earlier windows than this say too little of what is usual. */
export const MIN_WINDOWS = 8;

/**
 * Whether a window has about as many rows as windows had before.
 *
 * Usual is within mean ± 3 standard deviations of the earlier windows, and never narrower than
 * ± 3 √mean, what chance alone gives to a count. Compare with windows of the same kind: the same hour
 * of the week where traffic has a rhythm.
 *
 * @param rows - rows of the window, ≥ 0
 * @param earlier - rows of earlier windows
 * @returns `null` where the volume is usual, or fewer than {@link MIN_WINDOWS} windows are known
 * @example checkVolume(12, [100, 104, 98, 101, 97, 103, 99, 102])?.text; // '12 rows, usual are 70 to 131'
 */
export function checkVolume(rows: number, earlier: readonly number[]): QualityFinding | null {
  if (earlier.length < MIN_WINDOWS) return null;
  const { mean, variance } = sampleMoments(Float64Array.from(earlier));
  const reach = 3 * Math.max(Math.sqrt(variance ?? 0), Math.sqrt(mean));
  const [low, high] = [Math.max(0, Math.ceil(mean - reach)), Math.floor(mean + reach)];
  if (rows >= low && rows <= high) return null;
  return {
    check: 'volume',
    column: null,
    observed: rows,
    limit: rows < low ? low : high,
    text: `${rows} rows, usual are ${low} to ${high}`,
  };
}

/**
 * Whether the newest row is as new as it should be.
 *
 * @param times - event times in ms; NaN is missing
 * @param nowMs - the moment that is asked about
 * @param maxAgeMs - > 0
 * @returns `null` where the data is fresh; without any time the age is infinite
 * @throws RangeError unless `maxAgeMs` > 0
 * @example checkFreshness(Float64Array.of(0), 90_000, 60_000)?.observed; // 90000
 */
export function checkFreshness(
  times: Float64Array,
  nowMs: number,
  maxAgeMs: number,
): QualityFinding | null {
  if (!(maxAgeMs > 0)) throw new RangeError(`an age of at most ${maxAgeMs} ms: it must be > 0`);
  const newest = times.reduce(
    (last, time) => (Number.isNaN(time) ? last : Math.max(last, time)),
    Number.NEGATIVE_INFINITY,
  );
  const ageMs = nowMs - newest;
  if (ageMs <= maxAgeMs) return null;
  const text =
    newest === Number.NEGATIVE_INFINITY
      ? 'no row has a time'
      : `the newest row is of ${new Date(newest).toISOString()}, older than allowed`;
  return { check: 'freshness', column: null, observed: ageMs, limit: maxAgeMs, text };
}
