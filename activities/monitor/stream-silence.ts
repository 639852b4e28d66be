import type { MonitorSpec, WindowMeasurement } from '../../contracts/index.js';
import { formatEventTime } from '../../contracts/index.js';
import type { PredictionLogSummary } from '../../models/predictions/ports.js';
import { emptyMeasurement } from '../../monitoring/measuring/empty-window.js';
import { volumeDue } from '../../monitoring/measuring/volume-due.js';
import {
  missedWindow,
  type ServedSince,
  type Silence,
  silenceOf,
  silentFromMs,
} from '../../monitoring/measuring/windows/silence.js';
import type { VersionOrigin } from '../../monitoring/policy/index.js';
import type { ActivityDeps } from '../deps.js';
import type { InspectRequest, WatchedVersion } from './inspect-windows.js';

/** A silence with what a decision on it needs. */
export interface DecidedSilence extends Silence {
  /** Of the event time that nothing came for. */
  readonly measurement: WindowMeasurement;
  readonly monitor: MonitorSpec;
  readonly origin: VersionOrigin;
}

export interface SilenceQuestion {
  readonly request: InspectRequest;
  readonly watched: WatchedVersion;
  readonly summary: PredictionLogSummary;
  readonly nowMs: number;
}

/**
 * Whether rows were due and none came: for longer than `freshness` allows, or in hours in which
 * earlier weeks had enough. Each silence is handed out once.
 */
export async function findSilence(
  deps: Pick<ActivityDeps, 'registry'>,
  { request, watched, summary, nowMs }: SilenceQuestion,
): Promise<DecidedSilence | null> {
  const { version, monitor } = watched;
  const served = servedSince(watched);
  const { model, silentFrom } = request;
  if (version.profile === null) return null;
  if (formatEventTime(silentFromMs(summary, served)) === silentFrom) return null;
  const silence =
    silenceOf(monitor, summary, served, nowMs) ??
    (await missedVolume(deps, { request, watched, summary, nowMs }));
  if (silence === null) return null;
  const { profile, runId, planHash } = version;
  const { window } = silence;
  return {
    ...silence,
    measurement: emptyMeasurement({ model, version: version.version, window, profile }),
    monitor,
    origin: { runId, planHash },
  };
}

async function missedVolume(
  deps: Pick<ActivityDeps, 'registry'>,
  { request, watched, summary, nowMs }: SilenceQuestion,
): Promise<Silence | null> {
  const missed = missedWindow(watched.monitor, summary, nowMs);
  if (missed === null || summary.lastArrivalMs === null) return null;
  const volume = await volumeDue(deps, request.model, missed, watched.monitor);
  if (volume === null) return null;
  return {
    window: {
      start: formatEventTime(silentFromMs(summary, servedSince(watched))),
      end: missed.end,
    },
    since: formatEventTime(summary.lastArrivalMs),
    reason: `no row came from ${missed.start} to ${missed.end}, where about ${Math.round(volume.expected ?? 0)} were due`,
  };
}

function servedSince({ champion: { at, sinceAsOf } }: WatchedVersion): ServedSince {
  return { at, asOf: sinceAsOf };
}
