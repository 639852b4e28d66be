const REST_SHARE = 4;
/** A rollback takes effect within 5 s. */
const LONGEST_REST_MS = 2_000;

/**
 * How long the registry is left alone until it is read again, in ms: the interval, or four times what
 * the last reading took where thousands of models make that longer, up to two seconds.
 *
 * @example pollPause(300, 450); // 1800
 */
export function pollPause(intervalMs: number, tookMs: number): number {
  return Math.max(intervalMs, Math.min(REST_SHARE * tookMs, LONGEST_REST_MS));
}
