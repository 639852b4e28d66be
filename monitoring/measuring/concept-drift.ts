import {
  type ConceptDrift,
  formatEventTime,
  MEDIA_TYPE,
  type MonitorSpec,
  parseEventTimeMs,
  type TimeWindow,
  type VersionRecord,
  type WindowMeasurement,
} from '../../contracts/index.js';
import { continuesFrom, type ErrorWatchState, meanOf, watchErrors } from '../drift/index.js';
import type { MeasuringDeps } from './deps.js';
import { type ErrorStream, errorStream } from './error-stream.js';
import type { Measured, WindowContext } from './window-part.js';

/** What a window leaves for the next. */
interface KeptDetector {
  readonly reign: string | null;
  readonly watch: ErrorWatchState;
}

/**
 * Takes the labelled rows of a window through the configured detector, from the state that the window
 * before of the same version left. The state after it is an artifact of the measurement: a window that
 * is measured again begins where it began the first time, whichever worker does it.
 *
 * The state of another reign is not gone on from: a version that comes back as champion starts a new
 * detector. Of windows that overlap, each row is taken once: by the first that holds it.
 */
export async function measureConcept(context: WindowContext): Promise<Measured> {
  const { deps, request, version, isChampion, labelled } = context;
  const { spec, window } = request;
  const { concept } = spec.drift;
  if (concept === undefined) return {};
  const reign = isChampion ? request.champion.sinceAsOf : null;
  const stream = errorStream(labelled.answers, version.content, concept.detector);
  const before = await leftBefore(deps, version, window, spec, reign);
  const { measure, ...errors } = before === null ? stream : errorsFrom(stream, before.untilMs);
  const { minRows } = spec.window;
  const watch = watchErrors(concept, before?.watch ?? null, { ...errors, minRows });
  const kept: KeptDetector = { reign, watch: watch.state };
  const state = await deps.artifacts.putJson(kept, MEDIA_TYPE.detector);
  const { rise, verdict, rows, alarms } = watch;
  const none = { driftAt: null, changedFrom: null, before: null, since: null };
  const conceptDrift: ConceptDrift = {
    detector: concept.detector,
    errors: measure,
    verdict,
    ...(rise === null
      ? none
      : {
          driftAt: formatEventTime(rise.foundMs),
          changedFrom: formatEventTime(rise.fromMs),
          before: rise.before,
          since: meanOf(rise.since),
        }),
    rows,
    alarms,
    state,
  };
  return { concept: conceptDrift };
}

/** A detector and the event time up to which it took the rows. */
interface LeftDetector {
  readonly watch: ErrorWatchState;
  readonly untilMs: number;
}

/** By the newest window of the version that ended before this one and had rows. */
async function leftBefore(
  deps: Pick<MeasuringDeps, 'artifacts' | 'registry'>,
  { model, version }: VersionRecord,
  window: TimeWindow,
  spec: MonitorSpec,
  reign: string | null,
): Promise<LeftDetector | null> {
  const { concept } = spec.drift;
  if (concept === undefined) return null;
  let earlier = await endedBefore(deps, model, version, window);
  while (earlier !== null && earlier.rows === 0) {
    earlier = await endedBefore(deps, model, version, earlier.window);
  }
  const untilMs = earlier === null ? null : parseEventTimeMs(earlier.window.end);
  if (earlier?.concept === undefined || untilMs === null) return null;
  const kept = await deps.artifacts.readJson<Partial<KeptDetector>>(earlier.concept.state);
  if (kept.reign !== reign || !continuesFrom(kept.watch, concept)) return null;
  return { watch: kept.watch, untilMs };
}

const SECOND_MS = 1_000;

/** Windows end at whole seconds. */
async function endedBefore(
  { registry }: Pick<MeasuringDeps, 'registry'>,
  model: string,
  version: number,
  window: TimeWindow,
): Promise<WindowMeasurement | null> {
  const endMs = parseEventTimeMs(window.end);
  if (endMs === null) return null;
  return registry.measurementBefore(model, version, formatEventTime(endMs - SECOND_MS));
}

function errorsFrom(stream: ErrorStream, fromMs: number): ErrorStream {
  const first = stream.timesMs.findIndex((timeMs) => timeMs >= fromMs);
  const from = first === -1 ? stream.timesMs.length : first;
  return {
    ...stream,
    timesMs: stream.timesMs.subarray(from),
    errors: stream.errors.subarray(from),
  };
}
