import type { MonitorSpec, TimeWindow } from '../../contracts/index.js';
import { dueWindowsOf, labelsWaitMs } from '../../monitoring/measuring/due-windows.js';
import { firstRowAt, type History } from '../history/history.js';
import { logAt } from '../history/log-at.js';
import type { ReplayWorld } from './world.js';

/** A window of the monitor and the moment at which a monitor that always looks finds it due. */
export interface WatchedWindow {
  readonly window: TimeWindow;
  readonly atMs: number;
}

/**
 * The windows that a monitor decides while history is replayed, oldest first: cut and found due by
 * the monitor's own {@link dueWindowsOf}, whatever it cuts them by. A moment is tried only where the
 * answer can change: once the labels have come, when a row comes, and when the stream falls idle.
 *
 * Windows that end after what is replayed are left out: their rows are not all there.
 */
export async function watchedWindows(
  {
    history,
    startMs,
    endMs,
  }: Pick<ReplayWorld, 'startMs' | 'endMs'> & {
    readonly history: Pick<History, 'timesMs'>;
  },
  spec: MonitorSpec,
): Promise<readonly WatchedWindow[]> {
  const due = (nowMs: number, decidedUntil: string | null, limit: number) => {
    const { summary, nthEventTime } = logAt(history, startMs, nowMs);
    return dueWindowsOf(spec, summary, decidedUntil, nowMs, nthEventTime, limit);
  };
  const watched: WatchedWindow[] = [];
  let decidedUntil: string | null = null;
  let atMs = startMs;
  // Where the windows lie does not depend on when one looks: at the end of time all are due.
  for (const window of await due(Number.POSITIVE_INFINITY, null, Number.POSITIVE_INFINITY)) {
    const windowEndMs = Date.parse(window.end);
    if (windowEndMs > endMs) break;
    const earliestMs = Math.max(atMs, windowEndMs + labelsWaitMs(spec));
    for (const momentMs of momentsFrom(history, earliestMs, spec.window.idleTimeoutMs)) {
      atMs = momentMs;
      if ((await due(momentMs, decidedUntil, 1)).length > 0) break;
    }
    watched.push({ window, atMs });
    decidedUntil = window.end;
  }
  return watched;
}

/** Moments at which a log or its idleness changes, ascending, beginning with a given one. */
function* momentsFrom(
  history: Pick<History, 'timesMs'>,
  fromMs: number,
  idleTimeoutMs: number,
): Generator<number> {
  const { timesMs } = history;
  yield fromMs;
  for (let row = Math.max(0, firstRowAt(history, fromMs + 1) - 1); row < timesMs.length; row += 1) {
    const timeMs = timesMs[row] ?? 0;
    const nextMs = timesMs[row + 1] ?? Number.POSITIVE_INFINITY;
    const idleMs = timeMs + idleTimeoutMs;
    if (timeMs > fromMs) yield timeMs;
    if (idleMs > fromMs && idleMs < nextMs) yield idleMs;
  }
}
