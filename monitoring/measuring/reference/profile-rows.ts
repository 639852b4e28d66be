import type { MonitorSpec, VersionRecord } from '../../../contracts/index.js';
import { LOG_COLUMN } from '../../../models/predictions/ports.js';
import { openModel } from '../../../models/sources/index.js';
import {
  buildColumnProfile,
  type Calibration,
  type ColumnProfile,
  type ColumnValues,
  type ReferenceProfile,
  splitWindows,
  type WindowSplit,
} from '../../drift/index.js';
import { inputNames } from '../ask-version.js';
import {
  answeredConfidence,
  type ConfidenceColumns,
  loggedConfidence,
} from '../confidence-columns.js';
import type { MeasuringDeps } from '../deps.js';
import { predictionValues } from '../prediction-columns.js';
import { concatenate, type Pause } from '../table-columns.js';
import { profileConfidence } from './profile-confidence.js';
import type { ReferenceRows } from './reference-rows.js';
import type { WindowReference } from './window-reference.js';

/** Rows that the version is asked where it did not answer them; of more, so many at even steps. */
const MOST_ASKED_ROWS = 50_000;

/** What is found out about rows that stand in for the version's own profile. */
export type RowsProfile = Pick<
  WindowReference,
  'features' | 'prediction' | 'target' | 'confidence'
>;

export interface ProfiledBy {
  readonly deps: Pick<MeasuringDeps, 'artifacts' | 'servers'>;
  readonly version: VersionRecord;
  /** Of the version: what its columns are, and the range that their statistics have. */
  readonly own: ReferenceProfile;
  readonly spec: MonitorSpec;
  /** Name of the column that has labels. */
  readonly target: string;
  /** The rows are of the version's own log; otherwise it is asked for its answers. */
  readonly answeredThem: boolean;
  readonly pause: Pause;
  readonly signal: AbortSignal | undefined;
}

/**
 * Profiles rows that a window is compared with: the columns, and the version's own answers to them.
 * With fewer than 8 windows in the rows, a statistic's range is at least that of the version's own
 * profile: what one week shows of the next is not known from one week.
 */
export async function profileRows(rows: ReferenceRows, by: ProfiledBy): Promise<RowsProfile> {
  const { own, spec, pause } = by;
  const { everyMs, minRows } = spec.window;
  const split = splitWindows(await rows.times(), rows.rows, everyMs, minRows);
  const profileOf = async (known: ColumnProfile, values: ColumnValues | null, of: WindowSplit) => {
    await pause();
    const built = buildColumnProfile(known.name, values ?? none(known), of, minRows);
    return atLeastRangeOf(known, built);
  };
  const features: ColumnProfile[] = [];
  for (const feature of own.features) {
    features.push(await profileOf(feature, await rows.values(feature), split));
  }
  const { kind } = own.target;
  const target = await profileOf(own.target, await rows.values({ name: by.target, kind }), split);
  const answered = by.answeredThem ? rows : rows.atMost(MOST_ASKED_ROWS);
  const times =
    answered === rows
      ? split
      : splitWindows(await answered.times(), answered.rows, everyMs, minRows);
  const answers = by.answeredThem ? await logged(rows, by) : await asked(answered, by);
  const prediction = await profileOf(own.prediction, answers.predictions, times);
  const { confidence } = answers;
  return {
    features,
    prediction,
    target,
    confidence: confidence === null ? null : profileConfidence(confidence, times, minRows),
  };
}

interface Answers {
  readonly predictions: ColumnValues | null;
  /** `null` for a regression. */
  readonly confidence: ConfidenceColumns | null;
}

async function logged(rows: ReferenceRows, { own, version }: ProfiledBy): Promise<Answers> {
  const { kind } = own.prediction;
  const classes = version.content.signature.output.classes ?? [];
  const confidence: ConfidenceColumns[] = [];
  for (const part of classes.length === 0 ? [] : rows.parts) {
    confidence.push(await loggedConfidence(part, classes.length));
  }
  return {
    predictions: await rows.values({ name: LOG_COLUMN.prediction, kind }),
    confidence: joined(confidence),
  };
}

async function asked(
  rows: ReferenceRows,
  { deps, own, version, signal }: ProfiledBy,
): Promise<Answers> {
  const { content } = version;
  const predictions: ColumnValues[] = [];
  const confidence: ConfidenceColumns[] = [];
  const model = await openModel(deps, content);
  try {
    for (const part of rows.parts) {
      const answers = await model.predictTable(await part.read(inputNames(version)), signal);
      predictions.push(predictionValues(answers));
      if (answers.task === 'regression') continue;
      const { probabilities, classes } = answers;
      confidence.push(answeredConfidence(probabilities, part.rows, classes.length));
    }
  } finally {
    await model.release();
  }
  return {
    predictions: concatenate(predictions, own.prediction.kind),
    confidence: joined(confidence),
  };
}

function joined(parts: readonly ConfidenceColumns[]): ConfidenceColumns | null {
  if (parts.length === 0) return null;
  const all = (column: keyof ConfidenceColumns) => {
    const values = concatenate(
      parts.map((part) => part[column]),
      'numeric',
    );
    return values.kind === 'numeric'
      ? values
      : { kind: 'numeric' as const, values: new Float64Array() };
  };
  return { confidence: all('confidence'), uncertainty: all('uncertainty') };
}

function none({ kind }: ColumnProfile): ColumnValues {
  return kind === 'numeric' ? { kind, values: new Float64Array() } : { kind, values: [] };
}

function atLeastRangeOf(known: ColumnProfile, built: ColumnProfile): ColumnProfile {
  const wider = (calibration: Calibration): Calibration => {
    const other = known.calibrations.find(({ measure }) => measure === calibration.measure);
    if (calibration.method === 'reference-windows' || other === undefined) return calibration;
    return other.threshold > calibration.threshold ? other : calibration;
  };
  return { ...built, calibrations: built.calibrations.map(wider) };
}
