import {
  type MonitorSpec,
  parseEventTimeMs,
  type TimeWindow,
  watchesLabels,
} from '../../contracts/index.js';
import type { PredictionLogSummary } from '../../models/predictions/ports.js';
import { windowFrom, windowStartMs } from '../drift/index.js';

/** One window of the log and which of its phases have closed. */
export interface WindowPhases {
  readonly window: TimeWindow;
  /** No more rows are waited for. */
  readonly driftClosed: boolean;
  /** No more labels are waited for; the same as `driftClosed` where nothing of them is watched. */
  readonly performanceClosed: boolean;
}

/** At most this many windows a call, so that a long gap in small windows stays bounded. */
export const MAX_WINDOWS = 100;

/**
 * Windows from the cursor to the watermark and which of their phases have closed, oldest first.
 *
 * Windows lie on a fixed grid (weeks begin on Monday 00:00 UTC). Drift closes once the watermark,
 * the largest event time in the log, has reached end + `allowedLateness`; performance
 * `labels.delay` later. When rows stop coming there is no later event time: after `idleTimeout`
 * without one, a phase closes as soon as the wall clock has passed the window's end (and the
 * labels' delay). Replayed history is past its end already; live traffic that pauses for a night
 * does not close its week early.
 *
 * @param nextWindowStart - start of the first window not decided yet; `null` before any was
 * @param nowMs - wall clock
 * @param limit - most windows to return
 */
export function windowPhases(
  spec: MonitorSpec,
  summary: PredictionLogSummary,
  nextWindowStart: string | null,
  nowMs: number,
  limit = MAX_WINDOWS,
): readonly WindowPhases[] {
  const { firstEventTimeMs, watermarkMs, lastArrivalMs } = summary;
  if (firstEventTimeMs === null || watermarkMs === null) return [];
  const { everyMs, allowedLatenessMs, idleTimeoutMs } = spec.window;
  const labelDelayMs = watchesLabels(spec) ? spec.labels.delayMs : 0;
  const isIdle = lastArrivalMs !== null && nowMs - lastArrivalMs >= idleTimeoutMs;
  const closed = (endMs: number, waitMs: number): boolean =>
    watermarkMs >= endMs + allowedLatenessMs + waitMs || (isIdle && nowMs >= endMs + waitMs);

  const first = windowStartMs(firstEventTimeMs, everyMs);
  const cursor = nextWindowStart === null ? null : parseEventTimeMs(nextWindowStart);
  // Aligned again: after `every` was changed the cursor may lie inside a window of the new grid,
  // which then is decided from its next one on, never a stretch of time twice.
  const from = cursor === null ? first : Math.max(first, alignedUp(cursor, everyMs));
  const phases: WindowPhases[] = [];
  for (let start = from; start <= watermarkMs && phases.length < limit; start += everyMs) {
    const end = start + everyMs;
    const driftClosed = closed(end, 0);
    if (!driftClosed) break;
    phases.push({
      window: windowFrom(start, everyMs),
      driftClosed,
      performanceClosed: closed(end, labelDelayMs),
    });
  }
  return phases;
}

/**
 * Windows that the policy may decide on: both phases closed, oldest first, none skipped. A window
 * without rows is among them; measuring it gives nothing, and the monitor goes on to the next.
 *
 * @param nextWindowStart - start of the first window not decided yet; `null` before any was
 */
export function dueWindows(
  spec: MonitorSpec,
  summary: PredictionLogSummary,
  nextWindowStart: string | null,
  nowMs: number,
  limit = MAX_WINDOWS,
): readonly TimeWindow[] {
  const phases = windowPhases(spec, summary, nextWindowStart, nowMs, limit);
  const open = phases.findIndex((phase) => !phase.performanceClosed);
  return phases.slice(0, open === -1 ? phases.length : open).map((phase) => phase.window);
}

/** The first start of a window at or after an instant. */
function alignedUp(timeMs: number, everyMs: number): number {
  const start = windowStartMs(timeMs, everyMs);
  return start === timeMs ? start : start + everyMs;
}
