import type { AliasRecord, MonitorSpec, TimeWindow, VersionRecord } from '../../contracts/index.js';
import type { PredictionLogSummary } from '../../models/predictions/ports.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { dueWindowsOf } from '../../monitoring/measuring/due-windows.js';
import type { WatchDeps } from '../deps.js';
import { type Arrived, findLateWindows } from './late-windows.js';
import { lookAtNothing, lookOf } from './look-record.js';
import { type DecidedSilence, findSilence } from './stream-silence.js';

const COARSE_CHECK_MS = 60_000;
/** Of thousands of models each is looked at less often: looks leave a worker the time to measure. */
const CHECK_MS_PER_MODEL = 100;
const SHORTEST_CHECK_MS = 1_000;
/** Windows handed out at once: each is a measurement, and history stays short. */
const WINDOWS_AT_ONCE = 20;

export interface InspectRequest {
  readonly model: string;
  /** End of the last window decided; `null` before any was. */
  readonly decidedUntil: string | null;
  /** What the log held when late arrivals were last looked for; `null`: never. */
  readonly arrived: Arrived | null;
  /** Event time of the silence that was decided on last. */
  readonly silentFrom: string | null;
  /** What went wrong with the last window; `null`: nothing. */
  readonly problem: string | null;
  /** Somebody asked to look now. */
  readonly woken: boolean;
}

export interface Inspected {
  /** Version that serves; 0 where none does, and then nothing is due. */
  readonly champion: number;
  /** Windows that have closed since the last one decided, oldest first; some of them where there are many. */
  readonly due: readonly TimeWindow[];
  /** Decided windows that something may have come for. */
  readonly late: readonly TimeWindow[];
  readonly arrived: Arrived | null;
  /** Rows were due and none came; `null` also where that was decided on already. */
  readonly silence: DecidedSilence | null;
  /** When to look again though nothing wakes the monitor. */
  readonly nextCheckMs: number;
}

/** One look at a model's log: what is to be done now, and a line in the registry that it was looked. */
export function inspectWindows(
  deps: Pick<WatchDeps, 'registry' | 'predictions' | 'predictionLog'>,
) {
  const leastCheckMs = checksSpread(deps.registry);
  return async (request: InspectRequest): Promise<Inspected> => {
    const { model } = request;
    const watched = await watchedVersion(deps, model);
    const nowMs = Date.now();
    if (watched === null) {
      // A champion without a monitor is looked at too: nobody may take it for one that is missed.
      await deps.registry.recordLook(lookAtNothing(model, nowMs, COARSE_CHECK_MS));
      const nothing = { champion: 0, due: [], late: [], arrived: null, silence: null };
      return { ...nothing, nextCheckMs: COARSE_CHECK_MS };
    }
    const { monitor } = watched;
    const summary = await deps.predictions.summary(model);
    const labels = await deps.predictionLog.labelCount(model);
    const due = await dueWindowsOf(
      monitor,
      summary,
      request.decidedUntil,
      nowMs,
      (fromMs, n) => deps.predictionLog.nthEventTime(model, fromMs, n),
      WINDOWS_AT_ONCE,
    );
    const nextCheckMs = checkAfterMs(monitor, summary, nowMs, await leastCheckMs(nowMs));
    const late = await findLateWindows(deps, { request, monitor, summary, labels, nowMs });
    const silence = await findSilence(deps, { request, watched, summary, nowMs });
    // Once what is due is decided there is another look: that one tells where the monitor stands.
    if (due.length === 0) {
      await deps.registry.recordLook(
        lookOf({ request, watched, summary, labels, nowMs, nextCheckMs }),
      );
    }
    return { champion: watched.champion.version, due, ...late, silence, nextCheckMs };
  };
}

/** A version that serves, and its monitor. */
export interface WatchedVersion {
  readonly champion: AliasRecord;
  readonly version: VersionRecord;
  readonly monitor: MonitorSpec;
}

async function watchedVersion(
  deps: Pick<WatchDeps, 'registry'>,
  model: string,
): Promise<WatchedVersion | null> {
  const champion = await deps.registry.champion(model);
  const version = champion === null ? null : await deps.registry.version(model, champion.version);
  const monitor = version?.monitor ?? null;
  if (champion === null || version === null || monitor === null) return null;
  return { champion, version, monitor };
}

/** Least time between two looks at a model, by how many there are. */
function checksSpread(
  registry: Pick<RegistryReader, 'champions'>,
): (nowMs: number) => Promise<number> {
  let countedAtMs = Number.NEGATIVE_INFINITY;
  let models = 0;
  return async (nowMs) => {
    if (Math.abs(nowMs - countedAtMs) >= COARSE_CHECK_MS) {
      countedAtMs = nowMs;
      models = (await registry.champions()).length;
    }
    return Math.max(SHORTEST_CHECK_MS, models * CHECK_MS_PER_MODEL);
  };
}

/**
 * As often as a stream can fall idle, and when a silence would be too long; else once a minute.
 * Never before its turn comes: looks that the worker cannot keep up with are all late.
 */
function checkAfterMs(
  { window, freshness }: MonitorSpec,
  { lastArrivalMs }: PredictionLogSummary,
  nowMs: number,
  leastMs: number,
): number {
  const silentInMs =
    freshness === undefined || lastArrivalMs === null
      ? Number.POSITIVE_INFINITY
      : lastArrivalMs + freshness.maxSilenceMs - nowMs;
  const nextMs = Math.min(
    COARSE_CHECK_MS,
    window.idleTimeoutMs,
    silentInMs > 0 ? silentInMs : COARSE_CHECK_MS,
  );
  return Math.ceil(Math.max(leastMs, nextMs));
}
