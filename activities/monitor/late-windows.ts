import { formatEventTime, type MonitorSpec, type TimeWindow } from '../../contracts/index.js';
import type { PredictionLogSummary } from '../../models/predictions/ports.js';
import { lateLimits } from '../../monitoring/measuring/windows/late-windows.js';
import type { WatchDeps } from '../deps.js';
import type { InspectRequest } from './inspect-windows.js';

/** What a log held at a wall-clock time. */
export interface Arrived {
  readonly rows: number;
  readonly labels: number;
  readonly atMs: number;
  /** So many windows have changed since that they are handed out in parts: this one is under way. */
  readonly counting?: {
    /** What the log held when the count began: where the next one goes on. */
    readonly from: Arrived;
    /** The last window that was handed out. */
    readonly after: TimeWindow;
  };
}

/** The newest decided windows, whose corrections are looked for at every look. */
const WINDOWS_BACK = 8;
/** What is older, or can no longer be corrected, is looked for this often while the log grows. */
const COUNT_EVERY_MS = 5 * 60_000;
/** Older windows handed out at one look: each is an activity, and what is due must not wait long. */
const OLDER_AT_ONCE = 50;
/** A line may be written, by a clock that is a little behind, after the look that should have seen it. */
const WRITTEN_LATER_MS = 30_000;

export interface LateQuestion {
  readonly request: InspectRequest;
  readonly monitor: MonitorSpec;
  readonly summary: PredictionLogSummary;
  readonly labels: number;
  readonly nowMs: number;
}

type LateDeps = Pick<WatchDeps, 'registry' | 'predictionLog'>;

/**
 * Decided windows that something may have come for, however long ago they were decided. A log that
 * stood still costs nothing; of the newest windows those are named that a segment written since may
 * belong to, of the older ones those that rows or labels came for since the last count.
 */
export async function findLateWindows(
  deps: LateDeps,
  question: LateQuestion,
): Promise<{ readonly late: readonly TimeWindow[]; readonly arrived: Arrived }> {
  const { request, monitor, summary, labels, nowMs } = question;
  const { model, decidedUntil, arrived, woken } = request;
  const now: Arrived = { rows: summary.rows, labels, atMs: nowMs };
  const stoodStill =
    arrived?.rows === now.rows && arrived.labels === now.labels && arrived.counting === undefined;
  if (decidedUntil === null || stoodStill) return { late: [], arrived: arrived ?? now };
  const decided = (await deps.registry.decisions(model, WINDOWS_BACK)).filter(
    ({ verdict }) => verdict.silentSince === undefined,
  );
  const counts =
    woken ||
    arrived === null ||
    arrived.counting !== undefined ||
    Math.abs(nowMs - arrived.atMs) >= COUNT_EVERY_MS;
  const late: TimeWindow[] = [];
  for (const { window, decidedAt } of decided) {
    const limits = lateLimits(monitor, summary, window);
    if (!counts && !limits.rows && !limits.labels) continue;
    if (await deps.predictionLog.mayHaveGrown(model, window, Date.parse(decidedAt))) {
      late.push(window);
    }
  }
  // Not counted yet: the next look asks again, by what was there before.
  if (arrived !== null && !counts && late.length === 0) return { late, arrived };
  const [oldest] = decided;
  if (oldest === undefined) return { late, arrived: now };
  // A monitor that has just begun has counted nothing since these were decided.
  const before = arrived ?? { rows: 0, labels: 0, atMs: Date.parse(oldest.decidedAt) };
  const older = await changedBefore(deps, model, oldest.window, before.atMs);
  const { part, next } = partOf(older, before, now);
  return { late: [...part, ...late], arrived: next };
}

/** Windows decided before one that rows or labels came for since, by their end. */
async function changedBefore(
  { registry, predictionLog }: LateDeps,
  model: string,
  oldest: TimeWindow,
  sinceMs: number,
): Promise<readonly TimeWindow[]> {
  const beforeMs = Date.parse(oldest.end);
  const hours = await predictionLog.changedHours(model, sinceMs - WRITTEN_LATER_MS, beforeMs);
  const [first, last] = [hours[0], hours.at(-1)];
  if (first === undefined || last === undefined) return [];
  const stretch = { start: formatEventTime(first), end: formatEventTime(last + HOUR_MS) };
  const windows = await registry.decidedWindows(model, stretch);
  return windows.filter(
    (window) => follows(oldest, window) && hours.some((hourMs) => holdsSome(window, hourMs)),
  );
}

const HOUR_MS = 3_600_000;

function holdsSome({ start, end }: TimeWindow, hourMs: number): boolean {
  return Date.parse(start) < hourMs + HOUR_MS && Date.parse(end) > hourMs;
}

/** In the order of their ends. */
function follows(window: TimeWindow, earlier: TimeWindow): boolean {
  return earlier.end === window.end ? earlier.start < window.start : earlier.end < window.end;
}

/** So many of the older windows as one look takes, and what the next look goes on from. */
function partOf(
  older: readonly TimeWindow[],
  before: Arrived,
  now: Arrived,
): { readonly part: readonly TimeWindow[]; readonly next: Arrived } {
  const { from = now, after } = before.counting ?? {};
  const left = after === undefined ? older : older.filter((window) => follows(window, after));
  const part = left.slice(0, OLDER_AT_ONCE);
  const last = part.at(-1);
  const isWhole = last === undefined || part.length === left.length;
  return { part, next: isWhole ? from : { ...before, counting: { from, after: last } } };
}
