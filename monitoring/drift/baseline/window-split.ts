import { windowStartMs } from './window-grid.js';

/** Rows of a reference sorted into its windows. */
export interface WindowSplit {
  /** Ascending. */
  readonly windows: readonly { readonly startMs: number; readonly rows: number }[];
  /** Per row, the index into `windows` where that window is full enough to calibrate by, else −1. */
  readonly calibrating: Int32Array;
  /** Median rows of the full windows: the size at which thresholds were taken. */
  readonly typicalRows: number;
}

/**
 * Sorts rows into windows. Windows cut off at either end of the reference (fewer than half the
 * median rows) and those under `minRows` count in the reference but do not calibrate.
 *
 * @param times - event time a row in ms, NaN where unknown; `null` where the data has no time
 * @param rows - rows of the reference
 * @param minRows - rows below which a window is never judged
 */
export function splitWindows(
  times: Float64Array | null,
  rows: number,
  everyMs: number,
  minRows: number,
): WindowSplit {
  const calibrating = new Int32Array(rows).fill(-1);
  const counts = new Map<number, number>();
  for (const time of times ?? []) {
    if (Number.isNaN(time)) continue;
    const start = windowStartMs(time, everyMs);
    counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  const windows = [...counts]
    .map(([startMs, count]) => ({ startMs, rows: count }))
    .sort((a, b) => a.startMs - b.startMs);
  const full = windows.map((window) => window.rows).filter((count) => count >= minRows);
  const typicalRows = median(full) ?? Math.max(1, Math.min(rows, minRows));
  const indexOf = new Map(
    windows.flatMap((window, index) =>
      window.rows >= minRows && window.rows >= typicalRows / 2 ? [[window.startMs, index]] : [],
    ),
  );
  times?.forEach((time, row) => {
    if (!Number.isNaN(time)) calibrating[row] = indexOf.get(windowStartMs(time, everyMs)) ?? -1;
  });
  return { windows, calibrating, typicalRows };
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
