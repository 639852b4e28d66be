import { formatEventTime, type TimeWindow } from '../../../contracts/index.js';

/** Monday, 5 January 1970, 00:00 UTC: so that weeks begin on Mondays and days at midnight. */
export const WINDOW_EPOCH_MS = 4 * 86_400_000;

/**
 * Start of the window that holds an instant, on the fixed grid of `everyMs` from
 * {@link WINDOW_EPOCH_MS}. Windows never depend on when a monitor was started.
 *
 * @param timeMs - event time, ms since the epoch; may be before it
 * @param everyMs - length of a window, > 0
 * @example windowStartMs(Date.parse('2011-07-07T05:00Z'), 7 * 86_400_000); // Monday 2011-07-04
 */
export function windowStartMs(timeMs: number, everyMs: number): number {
  return Math.floor((timeMs - WINDOW_EPOCH_MS) / everyMs) * everyMs + WINDOW_EPOCH_MS;
}

export function windowFrom(startMs: number, everyMs: number): TimeWindow {
  return { start: formatEventTime(startMs), end: formatEventTime(startMs + everyMs) };
}
