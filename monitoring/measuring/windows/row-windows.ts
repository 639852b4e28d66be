import { formatEventTime, type TimeWindow } from '../../../contracts/index.js';

/**
 * Event time of the nth row at or after an instant, in order of event time; `null` with fewer rows.
 */
export type NthEventTime = (fromMs: number, n: number) => Promise<number | null>;

const SECOND_MS = 1_000;

/**
 * Windows that end once they have so many rows. They touch one another and are half-open by time, so
 * that a row is in one of them whatever order it came in. Their bounds are whole seconds: rows of one
 * second stay together, and a window may have a few more than it needs.
 *
 * @param rows - that a window needs, ≥ 1
 * @param cursorMs - end of the last window decided; `null` before any was
 * @param nthEventTime - asked once a window
 */
export async function* rowWindows(
  rows: number,
  cursorMs: number | null,
  firstEventTimeMs: number,
  nthEventTime: NthEventTime,
): AsyncGenerator<TimeWindow & { readonly endMs: number }> {
  let startMs = cursorMs ?? Math.floor(firstEventTimeMs / SECOND_MS) * SECOND_MS;
  for (;;) {
    const lastMs = await nthEventTime(startMs, rows);
    if (lastMs === null) return;
    const endMs = (Math.floor(lastMs / SECOND_MS) + 1) * SECOND_MS;
    yield { start: formatEventTime(startMs), end: formatEventTime(endMs), endMs };
    startMs = endMs;
  }
}
