import {
  type ColumnMeasurement,
  MEDIA_TYPE,
  MillraceError,
  type MonitorSpec,
  parseEventTimeMs,
  type QualityBreach,
  type TimeWindow,
  type VersionRecord,
  type WindowMeasurement,
} from '../../contracts/index.js';
import { LOG_COLUMN, type WindowOutcomes } from '../../models/predictions/ports.js';
import type { Table } from '../../storage/tabular/table.js';
import {
  type ColumnDraft,
  checkColumnQuality,
  decideDrift,
  isReferenceProfile,
  measureColumn,
  measurePredictionDrift,
  type ReferenceProfile,
  windowStartMs,
} from '../drift/index.js';
import { measureConcept } from './concept-drift.js';
import type { MeasuringDeps } from './deps.js';
import { type InputsSinceDeploy, inputsSinceDeploy } from './inputs-since-deploy.js';
import { measureLabels } from './measure-labels.js';
import { labelledRows } from './measure-performance.js';
import { measureWorth } from './measure-worth.js';
import { columnValues, findColumn, type Pause, pauseWith, requireColumn } from './table-columns.js';

export interface MeasureRequest {
  readonly model: string;
  readonly window: TimeWindow;
  readonly spec: MonitorSpec;
  /** Who serves now, and the event time from which. */
  readonly champion: { readonly version: number; readonly sinceAsOf: string };
  /** Champion before; `null` for a first deploy. */
  readonly previous: { readonly version: number } | null;
  /** Called at least once a column: a place to heartbeat. */
  readonly onProgress?: () => void;
  readonly signal?: AbortSignal;
}

export type MeasureDeps = Pick<MeasuringDeps, 'registry' | 'artifacts' | 'predictions' | 'logger'>;

/** The most names in a measurement; all columns are in its details. */
const MOST_NAMES = 100;

/**
 * Measures a closed window: one measurement for each version that served in it, ascending. Rows of a
 * version that was registered without a profile are not measured.
 *
 * @returns empty when the window has no rows
 * @throws MillraceError `NotFound` when the champion is not in the registry
 */
export async function measureWindow(
  deps: MeasureDeps,
  request: MeasureRequest,
): Promise<readonly WindowMeasurement[]> {
  const { model, window, champion } = request;
  const championRecord = await deps.registry.version(model, champion.version);
  if (championRecord === null) {
    throw new MillraceError('NotFound', `there is no version ${champion.version} of ${model}`);
  }
  const inputs = championRecord.content.signature.inputs;
  const served = await deps.predictions.window(model, window, inputs);
  const outcomes = await deps.predictions.outcomes(model, window);
  const measurements: WindowMeasurement[] = [];
  for (const { version: number, table } of served) {
    const version =
      number === champion.version ? championRecord : await deps.registry.version(model, number);
    if (table.rows === 0) continue;
    if (version === null || version.profile === null) {
      deps.logger.warn(
        { model, version: number },
        'rows of a version without a profile: not measured',
      );
      continue;
    }
    const measured = await measureVersion(deps, request, version, table);
    measurements.push({ ...measured, ...outcomesOf(outcomes, number) });
  }
  return measurements;
}

async function measureVersion(
  deps: MeasureDeps,
  request: MeasureRequest,
  version: VersionRecord,
  table: Table,
): Promise<WindowMeasurement> {
  const { model, window, spec, champion } = request;
  const pause = pauseWith(request.onProgress, request.signal);
  const profile = await readProfile(deps, version);
  const features = await measureFeatures(profile, table, spec, pause);
  await pause();
  const labelled = labelledRows(table, version.content.task);
  const windowsSinceDeploy = countWindowsSince(champion.sinceAsOf, window, spec);
  const isFresh =
    version.version === champion.version &&
    windowsSinceDeploy <= spec.respond.guards.postDeployWindows;
  const previous = isFresh ? request.previous : null;
  const worth = await measureWorth(deps, request, version, profile.content, labelled, previous);
  const labelDrift = measureLabels(profile.content, labelled, spec);
  const reign = version.version === champion.version ? champion.sinceAsOf : null;
  const concept = await measureConcept(deps, version, window, labelled, spec, reign);
  await pause();
  const since =
    previous === null
      ? null
      : await inputsSinceDeploy(
          deps,
          model,
          version.content.signature.inputs,
          table,
          deployTimeMs(champion.sinceAsOf),
          spec,
          pause,
        );
  return {
    model,
    version: version.version,
    window,
    rows: table.rows,
    labelledRows: labelled.rows,
    profile: profile.ref,
    quality: { breaches: features.breaches.slice(0, MOST_NAMES) },
    featureDrift: spec.drift.features === null ? null : shortened(features.drift),
    predictionDrift: measurePredictions(profile.content, table, spec),
    ...worth,
    ...(labelDrift !== null && { labelDrift }),
    ...(concept !== null && { concept }),
    inputsSinceDeploy: since === null ? null : shortened(since.drift),
    windowsSinceDeploy,
    details: await storeDetails(deps, window, features, since),
  };
}

/** Feedback and business metrics as the measurement has them: absent where there are none. */
function outcomesOf(
  outcomes: readonly WindowOutcomes[],
  version: number,
): Pick<WindowMeasurement, 'business' | 'feedback'> {
  const found = outcomes.find((outcome) => outcome.version === version);
  if (found === undefined) return {};
  const business = Object.entries(found.business).slice(0, MOST_NAMES);
  return {
    ...(business.length > 0 && { business: Object.fromEntries(business) }),
    ...(found.feedback !== null && { feedback: found.feedback }),
  };
}

async function readProfile(deps: MeasureDeps, version: VersionRecord) {
  const ref = version.profile;
  const content = ref === null ? null : await deps.artifacts.readJson<unknown>(ref);
  if (ref !== null && isReferenceProfile(content)) return { ref, content };
  throw new MillraceError(
    'ArtifactCorrupt',
    `the profile of ${version.model} version ${version.version} is of a format that this release does not read`,
    'register the model again',
  );
}

interface FeatureResult extends InputsSinceDeploy {
  readonly breaches: readonly QualityBreach[];
}

/** Quality before drift, each column read once. */
async function measureFeatures(
  { content }: { readonly content: ReferenceProfile },
  table: Table,
  spec: MonitorSpec,
  pause: Pause,
): Promise<FeatureResult> {
  const { minRows } = spec.window;
  const drafts: ColumnDraft[] = [];
  const breaches: QualityBreach[] = [];
  for (const profile of content.features) {
    await pause();
    const column = findColumn(table, profile.name);
    const values = column === undefined ? undefined : columnValues(column, profile.kind);
    const breach = checkColumnQuality(profile, values);
    if (breach !== null) breaches.push(breach);
    drafts.push(measureColumn(profile, values, minRows));
  }
  const shareOfColumns = spec.drift.features?.shareOfColumns ?? 1;
  return { ...decideDrift(drafts, table.rows, { minRows, shareOfColumns }), breaches };
}

function measurePredictions(
  profile: ReferenceProfile,
  table: Table,
  spec: MonitorSpec,
): WindowMeasurement['predictionDrift'] {
  if (spec.drift.predictions === null) return null;
  const column = requireColumn(table, LOG_COLUMN.prediction, 'the prediction log');
  return measurePredictionDrift(
    profile.prediction,
    columnValues(column, profile.prediction.kind),
    spec.window.minRows,
    spec.drift.predictions.distance,
  );
}

/** 1 for the window that the deploy falls into or begins. */
function countWindowsSince(sinceAsOf: string, window: TimeWindow, spec: MonitorSpec): number {
  const { everyMs } = spec.window;
  const deployed = windowStartMs(deployTimeMs(sinceAsOf), everyMs);
  const start = windowStartMs(parseEventTimeMs(window.start) ?? deployed, everyMs);
  return Math.max(1, Math.round((start - deployed) / everyMs) + 1);
}

function deployTimeMs(sinceAsOf: string): number {
  const time = parseEventTimeMs(sinceAsOf);
  if (time !== null) return time;
  throw new MillraceError('Internal', `the deploy's event time '${sinceAsOf}' is not a time`);
}

function shortened<T extends { readonly driftedColumns: readonly string[] }>(drift: T): T {
  return { ...drift, driftedColumns: drift.driftedColumns.slice(0, MOST_NAMES) };
}

/** Per-column results, too many for a history: what `monitor history` shows in full. */
export interface MeasurementDetails {
  readonly window: TimeWindow;
  readonly breaches: readonly QualityBreach[];
  readonly columns: readonly ColumnMeasurement[];
  readonly columnsSinceDeploy: readonly ColumnMeasurement[];
}

async function storeDetails(
  deps: MeasureDeps,
  window: TimeWindow,
  { breaches, columns }: FeatureResult,
  since: InputsSinceDeploy | null,
) {
  const details: MeasurementDetails = {
    window,
    breaches,
    columns,
    columnsSinceDeploy: since?.columns ?? [],
  };
  return deps.artifacts.putJson(details, MEDIA_TYPE.measurement);
}
