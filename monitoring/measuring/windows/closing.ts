import type { MonitorSpec } from '../../../contracts/index.js';
import type { PredictionLogSummary } from '../../../models/predictions/ports.js';

/** Tells of the end of a window whether nothing more is waited for. */
export interface Closing {
  /** By the watermark, or by the wall clock where the stream is idle. */
  closed(endMs: number, waitMs: number): boolean;
  /** By the watermark alone: what comes now is too late even for a correction. */
  passed(endMs: number, waitMs: number): boolean;
}

/**
 * A phase closes once the watermark, the largest event time in the log, has reached end +
 * `allowedLateness` + its own wait. When rows stop coming there is no later event time: after
 * `idleTimeout` without one, it closes as soon as the wall clock has passed the end and the wait.
 * Replayed history is past its end already; live traffic that pauses for a night does not close its
 * week early.
 *
 * The watermark never goes back, and a wall clock that was set back only makes a stream look busy
 * for longer: nothing closes early, and what the watermark closes is not held up.
 *
 * @param nowMs - wall clock
 */
export function closingOf(
  { window }: Pick<MonitorSpec, 'window'>,
  { watermarkMs, lastArrivalMs }: PredictionLogSummary,
  nowMs: number,
): Closing {
  const { allowedLatenessMs, idleTimeoutMs } = window;
  const isIdle = lastArrivalMs !== null && nowMs - lastArrivalMs >= idleTimeoutMs;
  const passed = (endMs: number, waitMs: number): boolean =>
    watermarkMs !== null && watermarkMs >= endMs + allowedLatenessMs + waitMs;
  return {
    passed,
    closed: (endMs, waitMs) => passed(endMs, waitMs) || (isIdle && nowMs >= endMs + waitMs),
  };
}
