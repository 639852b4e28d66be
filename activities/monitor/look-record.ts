import { formatEventTime, type MonitorLook } from '../../contracts/index.js';
import type { PredictionLogSummary } from '../../models/predictions/ports.js';
import { labelsWaitMs } from '../../monitoring/measuring/due-windows.js';
import { nextGridWindow } from '../../monitoring/measuring/windows/window-grid.js';
import type { InspectRequest, WatchedVersion } from './inspect-windows.js';

export interface LookedAt {
  readonly request: InspectRequest;
  readonly watched: WatchedVersion;
  readonly summary: PredictionLogSummary;
  readonly labels: number;
  readonly nowMs: number;
  readonly nextCheckMs: number;
}

/** What the registry keeps of a look: for `millrace status`, and for those who watch the monitors. */
export function lookOf({
  request,
  watched: { champion, monitor },
  summary,
  labels,
  nowMs,
  nextCheckMs,
}: LookedAt): MonitorLook {
  const time = (ms: number | null) => (ms === null ? null : formatEventTime(ms));
  const { decidedUntil } = request;
  const next = nextGridWindow(monitor.window, summary.firstEventTimeMs, decidedUntil);
  return {
    model: request.model,
    version: champion.version,
    lookedAt: new Date(nowMs).toISOString(),
    nextLookAt: new Date(nowMs + nextCheckMs).toISOString(),
    watermark: time(summary.watermarkMs),
    lastArrival: time(summary.lastArrivalMs),
    decidedUntil,
    nextWindow: next === null ? null : { start: next.start, end: next.end },
    nextCloses:
      next === null
        ? null
        : formatEventTime(next.endMs + monitor.window.allowedLatenessMs + labelsWaitMs(monitor)),
    rows: summary.rows,
    labels,
    problem: request.problem,
  };
}

/** Of a model that has no champion, or none with a monitor. */
export function lookAtNothing(model: string, nowMs: number, nextCheckMs: number): MonitorLook {
  return {
    model,
    version: 0,
    lookedAt: new Date(nowMs).toISOString(),
    nextLookAt: new Date(nowMs + nextCheckMs).toISOString(),
    watermark: null,
    lastArrival: null,
    decidedUntil: null,
    nextWindow: null,
    nextCloses: null,
    rows: 0,
    labels: 0,
    problem: null,
  };
}
