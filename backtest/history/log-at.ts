import type { PredictionLogSummary } from '../../models/predictions/ports.js';
import type { NthEventTime } from '../../monitoring/measuring/windows/row-windows.js';
import { firstRowAt, type History } from './history.js';

/** What a log would hold at a moment of the simulated clock: history arrives as it happens. */
export interface LogAt {
  readonly summary: PredictionLogSummary;
  readonly nthEventTime: NthEventTime;
}

/**
 * @param startMs - first moment that is replayed: earlier rows are in no log
 * @param nowMs - a row of this very moment has come
 */
export function logAt(history: Pick<History, 'timesMs'>, startMs: number, nowMs: number): LogAt {
  const { timesMs } = history;
  const [from, to] = [firstRowAt(history, startMs), firstRowAt(history, nowMs + 1)];
  const newestMs = to > from ? (timesMs[to - 1] ?? null) : null;
  return {
    summary: {
      rows: Math.max(0, to - from),
      firstEventTimeMs: to > from ? (timesMs[from] ?? null) : null,
      watermarkMs: newestMs,
      lastArrivalMs: newestMs,
    },
    nthEventTime: async (fromMs, n) => {
      const row = firstRowAt(history, Math.max(fromMs, startMs)) + n - 1;
      return row < to ? (timesMs[row] ?? null) : null;
    },
  };
}
