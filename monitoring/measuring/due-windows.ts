import {
  type MonitorSpec,
  parseEventTimeMs,
  type TimeWindow,
  watchesLabels,
} from '../../contracts/index.js';
import type { PredictionLogSummary } from '../../models/predictions/ports.js';
import { closingOf } from './windows/closing.js';
import { type NthEventTime, rowWindows } from './windows/row-windows.js';
import { WindowGrid } from './windows/window-grid.js';

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
 * Windows lie on a fixed grid (weeks begin on Monday 00:00 UTC): one after the other, or with
 * `slideMs` one that ends each so much. Drift closes once no more rows are waited for, performance
 * `labels.delay` later; when that is, `closingOf` says.
 *
 * @param decidedUntil - end of the last window decided; `null` before any was
 * @param nowMs - wall clock
 * @param limit - most windows to return
 */
export function windowPhases(
  spec: MonitorSpec,
  summary: PredictionLogSummary,
  decidedUntil: string | null,
  nowMs: number,
  limit = MAX_WINDOWS,
): readonly WindowPhases[] {
  const { firstEventTimeMs, watermarkMs } = summary;
  if (firstEventTimeMs === null || watermarkMs === null) return [];
  const { closed } = closingOf(spec, summary, nowMs);
  const labelsMs = labelsWaitMs(spec);
  const phases: WindowPhases[] = [];
  const grid = new WindowGrid(spec.window);
  for (const { endMs, ...window } of grid.from(
    cursorMs(decidedUntil),
    firstEventTimeMs,
    watermarkMs,
  )) {
    if (phases.length >= limit || !closed(endMs, 0)) break;
    phases.push({ window, driftClosed: true, performanceClosed: closed(endMs, labelsMs) });
  }
  return phases;
}

/**
 * Windows by time that the policy may decide on: both phases closed, oldest first, none skipped. A
 * window without rows is among them, and the monitor goes on to the next.
 *
 * @param decidedUntil - end of the last window decided; `null` before any was
 */
export function dueWindows(
  spec: MonitorSpec,
  summary: PredictionLogSummary,
  decidedUntil: string | null,
  nowMs: number,
  limit = MAX_WINDOWS,
): readonly TimeWindow[] {
  const phases = windowPhases(spec, summary, decidedUntil, nowMs, limit);
  const open = phases.findIndex((phase) => !phase.performanceClosed);
  return phases.slice(0, open === -1 ? phases.length : open).map((phase) => phase.window);
}

/**
 * The same by whatever the monitor cuts windows: by time, or once so many rows are there.
 *
 * @param nthEventTime - asked only where windows are cut by rows
 */
export async function dueWindowsOf(
  spec: MonitorSpec,
  summary: PredictionLogSummary,
  decidedUntil: string | null,
  nowMs: number,
  nthEventTime: NthEventTime,
  limit = MAX_WINDOWS,
): Promise<readonly TimeWindow[]> {
  const { rows } = spec.window;
  if (rows === undefined) return dueWindows(spec, summary, decidedUntil, nowMs, limit);
  const { firstEventTimeMs } = summary;
  if (firstEventTimeMs === null) return [];
  const { closed } = closingOf(spec, summary, nowMs);
  const waitMs = labelsWaitMs(spec);
  const due: TimeWindow[] = [];
  const cut = rowWindows(rows, cursorMs(decidedUntil), firstEventTimeMs, nthEventTime);
  for await (const { endMs, ...window } of cut) {
    if (!closed(endMs, waitMs)) break;
    due.push(window);
    if (due.length >= limit) break;
  }
  return due;
}

/** How long after a window's rows its labels are waited for. */
export function labelsWaitMs(spec: MonitorSpec): number {
  return watchesLabels(spec) ? spec.labels.delayMs : 0;
}

function cursorMs(decidedUntil: string | null): number | null {
  return decidedUntil === null ? null : parseEventTimeMs(decidedUntil);
}
