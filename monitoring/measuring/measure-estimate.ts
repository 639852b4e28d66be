import {
  type EstimateMeasurement,
  MillraceError,
  type VersionRecord,
  type WindowMeasurement,
} from '../../contracts/index.js';
import { classIndexes } from '../../models/inference/metrics/index.js';
import { LOG_COLUMN } from '../../models/predictions/ports.js';
import type { Table } from '../../storage/tabular/table.js';
import {
  type ColumnValues,
  type EstimateReference,
  estimateClassification,
  estimateRegression,
  expectLosses,
  isLossModel,
  type PerformanceEstimate,
  rowsOutside,
} from '../drift/index.js';
import { inputNames } from './ask-version.js';
import { lossFeatures } from './estimate-reference.js';
import { type EstimateSample, inputValues, readEstimateSample } from './estimate-sample.js';
import { relativeLossOf } from './measure-performance.js';
import type { MeasureDeps } from './measure-request.js';
import { servedProbabilities } from './served-probabilities.js';
import { columnValues, hasValue, requireColumn } from './table-columns.js';
import type { Measured, WindowContext } from './window-part.js';
import { ANSWER_COLUMNS, rowsAtMost, type WindowRows } from './window-rows.js';

/** Rows that an estimate is of; of more, so many at even steps. With many classes fewer. */
const MOST_ROWS = 100_000;
const MOST_PROBABILITIES = 2_000_000;

/** A number this share of the reference's range beyond its ends still counts as inside. */
const EDGE = 0.1;

/** The limit is the baseline's, so thresholds from the reference's chunks are not asked for. */
const NOT_ASKED = 'few-reference-chunks';

/**
 * Performance of the version as it would be if inputs and labels were still related as on the
 * hold-out: by its probabilities (CBPE), or by a model of its loss (DLE).
 */
export async function measureEstimate(
  context: WindowContext,
  soFar: Pick<WindowMeasurement, 'concept'>,
): Promise<Measured> {
  const { deps, request, version, profile, rows } = context;
  const { estimate: spec, window } = request.spec;
  const { task, evaluation } = version.content;
  const baseline = evaluation?.metrics[spec?.metric ?? ''];
  if (spec === undefined || baseline === undefined) return {};
  const { metric, worseThanShare: threshold } = spec;
  const method = task === 'classification' ? 'confidence-based' : 'direct-loss';
  const told = { method, metric, baseline, threshold } as const;
  const { estimate: reference } = profile.content;
  const lack = lackOf(reference, metric, rows.rows, window.minRows);
  if (reference === undefined || lack !== null) {
    return { estimate: insufficient(told, [lack ?? '']) };
  }
  const { classes = [] } = version.content.signature.output;
  const most = Math.min(MOST_ROWS, Math.floor(MOST_PROBABILITIES / Math.max(1, classes.length)));
  const found = await estimateRows(
    deps,
    version,
    reference,
    rowsAtMost(rows, most),
    request.signal,
  );
  const doubts = [...conceptDoubt(soFar), ...doubtsOf(found)];
  const [chunk] = found.chunks;
  const { estimate: value = null, low = null, high = null } = chunk ?? {};
  if (value === null || low === null || high === null) {
    return { estimate: insufficient(told, doubts) };
  }
  const loss = (of: number) => relativeLossOf(metric, task, of, baseline);
  return {
    estimate: {
      ...told,
      // The end of the band that speaks for the model has to be past the limit as well.
      verdict: Math.min(loss(low), loss(high)) > threshold ? 'lost' : 'kept',
      value,
      low,
      high,
      relativeLoss: loss(value),
      isValid: doubts.length === 0,
      doubts,
    },
  };
}

type Told = Pick<EstimateMeasurement, 'method' | 'metric' | 'baseline' | 'threshold'>;

function insufficient(told: Told, doubts: readonly string[]): EstimateMeasurement {
  const none = { value: null, low: null, high: null, relativeLoss: null };
  return { ...told, ...none, verdict: 'insufficient', isValid: false, doubts };
}

/** Why nothing can be estimated; `null` where something can. */
function lackOf(
  reference: EstimateReference | undefined,
  metric: string,
  rows: number,
  minRows: number,
): string | null {
  if (rows < minRows) return `${rows} rows, and ${minRows} are the least`;
  if (reference === undefined) {
    return 'the version was registered without what an estimate is made from: register one with this monitor';
  }
  if (reference.metric === metric) return null;
  return `the version was registered for estimates of ${reference.metric}, not of ${metric}`;
}

function conceptDoubt({ concept }: Pick<WindowMeasurement, 'concept'>): readonly string[] {
  if (concept?.verdict !== 'drift') return [];
  const since = concept.changedFrom === null ? '' : ` since ${concept.changedFrom}`;
  return [
    `errors rose${since} as ${concept.detector} finds: labels no longer follow from the inputs as they did`,
  ];
}

/** Reasons against the estimate. It is of one chunk, so they need not be counted by chunks. */
function doubtsOf({ validity }: PerformanceEstimate): readonly string[] {
  return validity.reasons
    .filter(({ code }) => code !== NOT_ASKED)
    .map(({ message }) => message.replace(/^1 of 1 chunks: /, ''));
}

async function estimateRows(
  deps: Pick<MeasureDeps, 'artifacts'>,
  version: VersionRecord,
  reference: EstimateReference,
  rows: WindowRows,
  signal: AbortSignal | undefined,
): Promise<PerformanceEstimate> {
  const { signature } = version.content;
  const then = await readEstimateSample(deps.artifacts, reference.sample, signature);
  const answers = await rows.read(ANSWER_COLUMNS);
  const inputs = inputValues(signature, await rows.read(inputNames(version)));
  const outside = rowsOutside(then.inputs.map(withEdges), inputs);
  const options = { metric: reference.metric, chunkRows: rows.rows, outside };
  if (then.sample.task === 'classification') {
    const { classes, ...known } = then.sample;
    const now = {
      ...classesOf(answers, classes),
      probabilities: await servedProbabilities(deps, version, rows, signal),
    };
    return estimateClassification(known, now, { ...options, classes });
  }
  const now = numbersOf(answers);
  const losses = await readLossModel(deps, reference);
  return estimateRegression(
    { ...then.sample, expectedLosses: expectedOf(then) },
    { ...now, expectedLosses: expectLosses(losses, lossFeatures(inputs, now.predictions)) },
    options,
  );
}

function expectedOf({ expectedLosses, sample }: EstimateSample): Float64Array {
  return expectedLosses ?? new Float64Array(sample.labels.length).fill(Number.NaN);
}

async function readLossModel(
  deps: Pick<MeasureDeps, 'artifacts'>,
  { lossModel }: EstimateReference,
) {
  const content = lossModel && (await deps.artifacts.readJson<unknown>(lossModel));
  if (isLossModel(content)) return content;
  throw new MillraceError(
    'ArtifactCorrupt',
    'the model of the loss is of a format that this release does not read',
    'register the model again',
  );
}

/** As many rows as the reference has, the most extreme ones lie a little outside it by chance. */
function withEdges(column: ColumnValues): ColumnValues {
  if (column.kind === 'categorical') return column;
  const present = column.values.filter((value) => Number.isFinite(value));
  if (present.length === 0) return column;
  const least = present.reduce((a, b) => Math.min(a, b));
  const most = present.reduce((a, b) => Math.max(a, b));
  const room = EDGE * (most - least);
  return { kind: 'numeric', values: Float64Array.of(least - room, most + room) };
}

function classesOf(answers: Table, classes: readonly (string | number | boolean)[]) {
  const label = requireColumn(answers, LOG_COLUMN.label, 'the prediction log');
  const said = requireColumn(answers, LOG_COLUMN.prediction, 'the prediction log');
  const labels = Float64Array.from(classIndexes(label, classes), (index, row) =>
    hasValue(label, row) ? index : Number.NaN,
  );
  const predictions = Float64Array.from(classIndexes(said, classes), (index) =>
    index === -1 ? Number.NaN : index,
  );
  return { labels, predictions };
}

function numbersOf(answers: Table) {
  const [labels, predictions] = [LOG_COLUMN.label, LOG_COLUMN.prediction].map((name) => {
    const column = requireColumn(answers, name, 'the prediction log');
    const values = columnValues(column, 'numeric');
    return values.kind === 'numeric' ? values.values : new Float64Array();
  });
  return { labels: labels ?? new Float64Array(), predictions: predictions ?? new Float64Array() };
}
