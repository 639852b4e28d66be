import {
  formatDurationMs,
  formatEventTime,
  type MonitorSpec,
  type TimeWindow,
} from '../../../contracts/index.js';
import type { PredictionLogSummary } from '../../../models/predictions/ports.js';
import { windowFrom, windowStartMs } from '../../drift/index.js';
import { closingOf } from './closing.js';

/** Rows were due and none came. */
export interface Silence {
  /** Event time from the newest row on: the same for as long as the silence lasts. */
  readonly window: TimeWindow;
  /** Wall clock since which nothing came. */
  readonly since: string;
  /** One sentence with the numbers in it. */
  readonly reason: string;
}

/** From when a champion serves, by both clocks. */
export interface ServedSince {
  readonly at: string;
  readonly asOf: string;
}

const SECOND_MS = 1_000;

/**
 * Whether no row came for longer than the monitor allows, while a champion serves. It is measured by
 * the wall clock; one that was set back makes a silence look shorter, never longer.
 */
export function silenceOf(
  spec: Pick<MonitorSpec, 'freshness'>,
  summary: PredictionLogSummary,
  served: ServedSince,
  nowMs: number,
): Silence | null {
  if (spec.freshness === undefined) return null;
  const { maxSilenceMs } = spec.freshness;
  const sinceMs = summary.lastArrivalMs ?? Date.parse(served.at);
  if (nowMs - sinceMs < maxSilenceMs) return null;
  const startMs = silentFromMs(summary, served);
  const since = formatEventTime(sinceMs);
  const what = summary.lastArrivalMs === null ? 'no row has come yet' : 'no row came';
  return {
    window: {
      start: formatEventTime(startMs),
      end: formatEventTime(startMs + Math.ceil(maxSilenceMs / SECOND_MS) * SECOND_MS),
    },
    since,
    reason: `${what} since ${since} by the wall clock (limit ${formatDurationMs(maxSilenceMs)})`,
  };
}

/**
 * Of a live stream that stopped: the newest window that lies wholly after its last row and has closed
 * by the wall clock. It is not decided before rows go on, since they may only be late; but rows may
 * have been due in it.
 *
 * @returns `null` for history that is replayed, whose event time lies far behind its arrival
 */
export function missedWindow(
  spec: Pick<MonitorSpec, 'window'>,
  summary: PredictionLogSummary,
  nowMs: number,
): TimeWindow | null {
  const { watermarkMs, lastArrivalMs } = summary;
  const { everyMs, slideMs = everyMs, rows, allowedLatenessMs } = spec.window;
  if (watermarkMs === null || lastArrivalMs === null || rows !== undefined) return null;
  if (lastArrivalMs - watermarkMs > everyMs + allowedLatenessMs) return null;
  if (!closingOf(spec, summary, nowMs).closed(watermarkMs, 0)) return null;
  const endMs = windowStartMs(nowMs - allowedLatenessMs, slideMs);
  return endMs - everyMs > watermarkMs ? windowFrom(endMs - everyMs, everyMs) : null;
}

/** Event time from which a stream is silent: whole seconds, as the bounds of windows. */
export function silentFromMs({ watermarkMs }: PredictionLogSummary, { asOf }: ServedSince): number {
  return Math.floor((watermarkMs ?? Date.parse(asOf)) / SECOND_MS) * SECOND_MS;
}
