import type { TimeWindow } from './measurement.js';

/** What a monitor found when it last looked: the newest look of a model stays. */
export interface MonitorLook {
  readonly model: string;
  /** Version that served; 0 where none did. */
  readonly version: number;
  /** Wall clock, RFC 3339. */
  readonly lookedAt: string;
  /** When it looks again though nothing wakes it, by the wall clock. */
  readonly nextLookAt: string;
  /** Largest event time in the log; `null` before the first row. */
  readonly watermark: string | null;
  /** Wall clock of the newest row. */
  readonly lastArrival: string | null;
  /** End of the last window that was decided. */
  readonly decidedUntil: string | null;
  /**
   * The window that is decided next; `null` before the first row, and where windows are cut by rows
   * and the next has too few.
   */
  readonly nextWindow: TimeWindow | null;
  /** Event time that the watermark has to reach for it to be decided. */
  readonly nextCloses: string | null;
  /** Rows, and labels, of the whole log. */
  readonly rows: number;
  readonly labels: number;
  /** What went wrong with the last window, or with looking; `null`: nothing. */
  readonly problem: string | null;
}

/** A monitor that has not looked for so many of its own intervals is overdue. */
export const OVERDUE_INTERVALS = 3;

/** Seconds since a monitor last looked; never negative, though the clock was set back. */
export function lookAgeSeconds({ lookedAt }: Pick<MonitorLook, 'lookedAt'>, nowMs: number): number {
  return Math.max(0, nowMs - Date.parse(lookedAt)) / 1_000;
}

/** Whether a monitor should have looked long since. */
export function isOverdue(
  look: Pick<MonitorLook, 'lookedAt' | 'nextLookAt'>,
  nowMs: number,
): boolean {
  const lookedMs = Date.parse(look.lookedAt);
  return nowMs - lookedMs > OVERDUE_INTERVALS * (Date.parse(look.nextLookAt) - lookedMs);
}
