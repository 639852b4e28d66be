import {
  type ArtifactRef,
  MEDIA_TYPE,
  MillraceError,
  type ModelManifest,
  type MonitorSpec,
} from '../../contracts/index.js';
import type { TablePredictions } from '../../models/inference/index.js';
import { openModel } from '../../models/sources/index.js';
import { readTable } from '../../storage/tabular/index.js';
import type { Column, Table } from '../../storage/tabular/table.js';
import {
  buildColumnProfile,
  type ColumnKind,
  type ColumnProfile,
  type ColumnValues,
  type ConfidenceProfiles,
  PROFILE_FORMAT,
  type ReferenceProfile,
  splitWindows,
  type WindowSplit,
  windowFrom,
} from '../drift/index.js';
import { checkMonitor } from './check-monitor.js';
import { answeredConfidence } from './confidence-columns.js';
import type { MeasuringDeps } from './deps.js';
import { holdoutParts } from './holdout-parts.js';
import { type HoldoutPart, holdoutOutcomes } from './holdout-performance.js';
import { outputKind, predictionValues } from './prediction-columns.js';
import { profileConfidence } from './reference/profile-confidence.js';
import {
  columnValues,
  concatenate,
  eventTimes,
  findColumn,
  kindOf,
  type Pause,
  pauseWith,
  requireColumn,
} from './table-columns.js';

export interface ProfileOptions {
  /** Called at least once a column: a place to heartbeat. */
  readonly onProgress?: () => void;
  readonly signal?: AbortSignal;
}

export interface ProfileDeps extends Pick<MeasuringDeps, 'artifacts' | 'servers'> {
  /** Where the loss of a regression is learned, which estimates of its performance need. */
  readonly python?: { readonly executable: string; readonly directory: string };
}

/** One table of the reference with the model's answers to it. */
interface ReferencePart {
  readonly table: Table;
  readonly answers: TablePredictions;
}

/**
 * Builds and stores the reference profile of a model: its training data and its hold-out together,
 * features, predictions and labels, with each statistic's normal range from their own windows.
 * Performance per window, slices, fairness and what estimates are made from are of the hold-out alone.
 *
 * @returns reference to a `ReferenceProfile` as JSON; equal inputs give the same reference
 * @throws MillraceError `InvalidInput` when a table lacks a column that the model or monitor names,
 * or the monitor does not fit the model; `EnvironmentMissing` where Python is needed and missing
 */
export async function buildProfile(
  deps: ProfileDeps,
  manifest: ModelManifest,
  spec: MonitorSpec,
  options: ProfileOptions = {},
): Promise<ArtifactRef> {
  checkMonitor(manifest, spec);
  const pause = pauseWith(options.onProgress, options.signal);
  const holdoutRef = manifest.evaluation?.holdout ?? null;
  const tables = await Promise.all(
    [requiredData(manifest), ...(holdoutRef === null ? [] : [holdoutRef])].map(async (ref) =>
      readTable(await deps.artifacts.localPath(ref), { format: 'parquet' }),
    ),
  );
  const parts = await answerAll(deps, manifest, tables, options.signal);
  const profile = await profileOf(parts, manifest, spec, pause);
  const holdout = holdoutRef === null ? undefined : parts[1];
  const ofHoldout =
    holdout === undefined
      ? { performance: [] }
      : holdoutOutcomes(
          requireColumn(holdout.table, manifest.target, 'the hold-out'),
          holdout.answers,
          timesOf(holdout.table, spec),
          spec.window.everyMs,
        );
  const { python } = deps;
  const watched =
    holdout === undefined
      ? {}
      : await holdoutParts(deps.artifacts, manifest, spec, holdout, {
          pause,
          ...(python !== undefined && { python: () => python }),
          ...(options.signal !== undefined && { signal: options.signal }),
          ...(options.onProgress !== undefined && { onProgress: options.onProgress }),
        });
  return deps.artifacts.putJson({ ...profile, ...ofHoldout, ...watched }, MEDIA_TYPE.profile);
}

/** What is usual is learned from rows: without any there is nothing to compare a window with. */
function requiredData({ trainingData }: ModelManifest): ArtifactRef {
  if (trainingData !== null) return trainingData;
  throw new MillraceError(
    'InvalidInput',
    'the pipeline has a monitor, and there are no rows that show what is usual',
    'give the register step `data:`, a table with the inputs and the target, or take the monitor out',
  );
}

async function answerAll(
  deps: Pick<MeasuringDeps, 'artifacts'>,
  manifest: ModelManifest,
  tables: readonly Table[],
  signal: AbortSignal | undefined,
): Promise<readonly ReferencePart[]> {
  const model = await openModel(deps, manifest);
  try {
    const parts: ReferencePart[] = [];
    for (const table of tables) {
      parts.push({ table, answers: await model.predictTable(table, signal) });
    }
    return parts;
  } finally {
    await model.release();
  }
}

async function profileOf(
  parts: readonly ReferencePart[],
  manifest: ModelManifest,
  spec: MonitorSpec,
  pause: Pause,
): Promise<Omit<ReferenceProfile, HoldoutPart>> {
  const { everyMs, minRows } = spec.window;
  const rows = parts.reduce((sum, part) => sum + part.table.rows, 0);
  const split = splitWindows(timesOfAll(parts, spec), rows, everyMs, minRows);
  const build = async (name: string, values: ColumnValues): Promise<ColumnProfile> => {
    await pause();
    return buildColumnProfile(name, values, split, minRows);
  };
  const features: ColumnProfile[] = [];
  for (const { name } of manifest.signature.inputs) {
    features.push(await build(name, columnOf(parts, name)));
  }
  const kind = outputKind(manifest.signature);
  const confidence = confidenceOf(parts.at(-1), spec);
  const predictions = parts.map((part) => predictionValues(part.answers));
  return {
    format: PROFILE_FORMAT,
    rows,
    everyMs,
    ...windowsOf(split, everyMs),
    features,
    prediction: await build(manifest.signature.output.name, concatenate(predictions, kind)),
    target: await build(manifest.target, columnOf(parts, manifest.target, kind)),
    ...(confidence !== null && { confidence }),
  };
}

/** Of the hold-out where there is one: of rows that a model learned from it is too sure. */
function confidenceOf(
  part: ReferencePart | undefined,
  spec: MonitorSpec,
): ConfidenceProfiles | null {
  if (part?.answers.task !== 'classification') return null;
  const { table, answers } = part;
  const { everyMs, minRows } = spec.window;
  const split = splitWindows(timesOf(table, spec), table.rows, everyMs, minRows);
  const { probabilities, classes } = answers;
  const columns = answeredConfidence(probabilities, table.rows, classes.length);
  return profileConfidence(columns, split, minRows);
}

function columnOf(parts: readonly ReferencePart[], name: string, kind?: ColumnKind): ColumnValues {
  const columns = parts.map(({ table }) => requireColumn(table, name, 'the reference data'));
  const asked = kind ?? commonKind(columns);
  return concatenate(
    columns.map((column) => columnValues(column, asked)),
    asked,
  );
}

/** A column that is text or boolean in any of the tables is a category in all of them. */
function commonKind(columns: readonly Column[]): ColumnKind {
  return columns.some((column) => kindOf(column) === 'categorical') ? 'categorical' : 'numeric';
}

/** `null` where a part of the reference has no time column: then there are no windows. */
function timesOfAll(parts: readonly ReferencePart[], spec: MonitorSpec): Float64Array | null {
  const times = parts.map(({ table }) => timesOf(table, spec));
  const known = times.flatMap((part) => (part === null ? [] : [part]));
  if (known.length < times.length) return null;
  const all = concatenate(
    known.map((values) => ({ kind: 'numeric', values })),
    'numeric',
  );
  return all.kind === 'numeric' ? all.values : null;
}

function timesOf(table: Table, spec: MonitorSpec): Float64Array | null {
  const column = findColumn(table, spec.timeColumn);
  return column === undefined ? null : eventTimes(column);
}

function windowsOf(
  split: WindowSplit,
  everyMs: number,
): Pick<ReferenceProfile, 'period' | 'windows' | 'typicalWindowRows'> {
  const windows = split.windows.map(({ startMs, rows }) => ({
    ...windowFrom(startMs, everyMs),
    rows,
  }));
  const [first, last] = [windows[0], windows.at(-1)];
  return {
    period:
      first === undefined || last === undefined ? null : { start: first.start, end: last.end },
    windows,
    typicalWindowRows: split.typicalRows,
  };
}
