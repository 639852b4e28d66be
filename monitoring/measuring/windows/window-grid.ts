import { type MonitorSpec, parseEventTimeMs, type TimeWindow } from '../../../contracts/index.js';
import { windowFrom, windowStartMs } from '../../drift/index.js';

/** Windows of one length that end at even steps: tumbling where a step is a length, else sliding. */
export class WindowGrid {
  readonly #lengthMs: number;
  readonly #stepMs: number;

  constructor({ everyMs, slideMs = everyMs }: MonitorSpec['window']) {
    this.#lengthMs = everyMs;
    this.#stepMs = slideMs;
  }

  /**
   * The windows that hold rows of a log, from the one that follows the cursor, oldest first. The
   * last is the first that holds the newest row: further ones would hold nothing new.
   *
   * @param cursorMs - end of the last window decided; `null` before any was
   */
  *from(
    cursorMs: number | null,
    firstEventTimeMs: number,
    watermarkMs: number,
  ): Generator<TimeWindow & { readonly endMs: number }> {
    const first = this.#endAfter(firstEventTimeMs);
    const end = cursorMs === null ? first : Math.max(first, this.#endFollowing(cursorMs));
    for (let endMs = end; endMs - this.#stepMs <= watermarkMs; endMs += this.#stepMs) {
      yield { ...windowFrom(endMs - this.#lengthMs, this.#lengthMs), endMs };
    }
  }

  /**
   * Windows that touch one another never decide a stretch of time twice: after their length was
   * changed, the first begins at or after the cursor. Sliding ones overlap by their nature.
   */
  #endFollowing(cursorMs: number): number {
    if (this.#stepMs < this.#lengthMs) return this.#endAfter(cursorMs);
    return this.#endAfter(cursorMs - 1 + this.#lengthMs);
  }

  /** The first end of a window after an instant. */
  #endAfter(timeMs: number): number {
    return windowStartMs(timeMs, this.#stepMs) + this.#stepMs;
  }
}

/** The window after the cursor, whether rows have come for it or not; `null` where rows cut windows. */
export function nextGridWindow(
  window: MonitorSpec['window'],
  firstEventTimeMs: number | null,
  decidedUntil: string | null,
): (TimeWindow & { readonly endMs: number }) | null {
  if (window.rows !== undefined || firstEventTimeMs === null) return null;
  const cursorMs = decidedUntil === null ? null : parseEventTimeMs(decidedUntil);
  const grid = new WindowGrid(window);
  return grid.from(cursorMs, firstEventTimeMs, Number.POSITIVE_INFINITY).next().value ?? null;
}
