import {
  type ConceptDrift,
  formatEventTime,
  MEDIA_TYPE,
  type MonitorSpec,
  type TimeWindow,
  type VersionRecord,
} from '../../contracts/index.js';
import { continuesFrom, type ErrorWatchState, meanOf, watchErrors } from '../drift/index.js';
import type { MeasuringDeps } from './deps.js';
import { errorStream } from './error-stream.js';
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
 * detector.
 */
export async function measureConcept(context: WindowContext): Promise<Measured> {
  const { deps, request, version, isChampion, labelled } = context;
  const { spec, window } = request;
  const { concept } = spec.drift;
  if (concept === undefined) return {};
  const reign = isChampion ? request.champion.sinceAsOf : null;
  const { measure, ...errors } = errorStream(labelled.answers, version.content, concept.detector);
  const before = await stateBefore(deps, version, window, spec, reign);
  const { minRows } = spec.window;
  const watch = watchErrors(concept, before, { ...errors, minRows });
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

async function stateBefore(
  deps: Pick<MeasuringDeps, 'artifacts' | 'registry'>,
  { model, version }: VersionRecord,
  window: TimeWindow,
  spec: MonitorSpec,
  reign: string | null,
): Promise<ErrorWatchState | null> {
  const { concept } = spec.drift;
  const earlier = await deps.registry.measurementBefore(model, version, window.start);
  if (concept === undefined || earlier?.concept === undefined) return null;
  const kept = await deps.artifacts.readJson<Partial<KeptDetector>>(earlier.concept.state);
  return kept.reign === reign && continuesFrom(kept.watch, concept) ? kept.watch : null;
}
