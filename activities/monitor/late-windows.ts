import type { MonitorSpec, TimeWindow } from '../../contracts/index.js';
import type { PredictionLogSummary } from '../../models/predictions/ports.js';
import { lateLimits } from '../../monitoring/measuring/windows/late-windows.js';
import type { WatchDeps } from '../deps.js';
import type { InspectRequest } from './inspect-windows.js';

/** What a log held at a wall-clock time. */
export interface Arrived {
  readonly rows: number;
  readonly labels: number;
  readonly atMs: number;
}

/** Decided windows that late arrivals are looked for in: what is later still is only in the log. */
const WINDOWS_BACK = 8;
/** What can no longer be corrected is counted this often while the log grows. */
const COUNT_EVERY_MS = 5 * 60_000;

export interface LateQuestion {
  readonly request: InspectRequest;
  readonly monitor: MonitorSpec;
  readonly summary: PredictionLogSummary;
  readonly labels: number;
  readonly nowMs: number;
}

/**
 * Decided windows that something may have come for. A log that stood still costs nothing, and of one
 * that grew only those windows are named that a segment written since may belong to.
 */
export async function findLateWindows(
  { registry, predictionLog }: Pick<WatchDeps, 'registry' | 'predictionLog'>,
  { request, monitor, summary, labels, nowMs }: LateQuestion,
): Promise<{ readonly late: readonly TimeWindow[]; readonly arrived: Arrived }> {
  const { model, decidedUntil, arrived, woken } = request;
  const now: Arrived = { rows: summary.rows, labels, atMs: nowMs };
  const stoodStill = arrived?.rows === now.rows && arrived.labels === now.labels;
  if (decidedUntil === null || stoodStill) return { late: [], arrived: arrived ?? now };
  const decided = (await registry.decisions(model, WINDOWS_BACK)).filter(
    ({ verdict }) => verdict.silentSince === undefined,
  );
  const counts = woken || arrived === null || Math.abs(nowMs - arrived.atMs) >= COUNT_EVERY_MS;
  const late: TimeWindow[] = [];
  for (const { window, decidedAt } of decided) {
    const limits = lateLimits(monitor, summary, window);
    if (!counts && !limits.rows && !limits.labels) continue;
    if (await predictionLog.mayHaveGrown(model, window, Date.parse(decidedAt))) late.push(window);
  }
  // Not counted yet: the next look asks again, by what was there before.
  return { late, arrived: counts || late.length > 0 || arrived === null ? now : arrived };
}
