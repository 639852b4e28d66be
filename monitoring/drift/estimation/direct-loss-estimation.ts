import { type CalibrationDoubt, calibrationDoubt, doubtVariance } from './calibration-doubt.js';
import { cutChunks, defaultChunkRows, type RowRange } from './chunks.js';
import {
  type EstimatedRegressionMetric,
  findEstimatedRegressionMetric,
} from './estimated-metric.js';
import {
  type ChunkFigures,
  type PerformanceEstimate,
  performanceEstimate,
} from './performance-estimate.js';
import { fewReferenceChunks, fewRows, missingRows } from './scarcity.js';
import { outsideReason } from './support.js';
import { performanceThresholds } from './thresholds.js';
import { type InvalidityReason, NO_CONCEPT_DRIFT } from './validity.js';

/** Rows that a regression has answered. */
export interface PredictedRows {
  /** NaN is missing. */
  readonly predictions: Float64Array;
  /**
   * Loss that a model of the loss expects of each row, ≥ 0; NaN is missing. Of the reference they
   * must be out of fold: by models that did not see the row.
   */
  readonly expectedLosses: Float64Array;
  /** NaN for none yet. */
  readonly labels?: Float64Array;
}

export interface DirectLossOptions {
  /** `mae`, `rmse` or `mape`. */
  readonly metric: string;
  /** Rows a chunk, ≥ 1. Default: a tenth of the reference, 100 at the least. */
  readonly chunkRows?: number;
  /** 1 for each row of the analysis whose inputs lie where the reference has none. */
  readonly outside?: ArrayLike<number>;
}

/** Below this share of the losses' variance explained, expected losses are worse than their mean. */
const LEAST_EXPLAINED = -0.05;
/** Expected losses fail when their mean is off by more than this share, for certain. */
const LARGEST_BIAS = 0.05;

/**
 * Losses of rows with a label: |y − ŷ| for `mae`, (y − ŷ)² for `rmse`, |y − ŷ| / |y| for `mape`.
 * What a model of the loss learns, and what {@link estimateRegression} wants the expectation of.
 *
 * @returns NaN where label or prediction is missing or not finite, and for `mape` where the label is 0
 * @throws RangeError on a metric that cannot be estimated, or unequal lengths
 * @example rowLosses('mae', Float64Array.of(3, 5), Float64Array.of(2, 5)); // [1, 0]
 */
export function rowLosses(
  metric: string,
  labels: Float64Array,
  predictions: Float64Array,
): Float64Array {
  const { loss } = findEstimatedRegressionMetric(metric);
  if (labels.length !== predictions.length) {
    throw new RangeError(`${labels.length} labels for ${predictions.length} predictions`);
  }
  return labels.map((label, row) => {
    const value = loss(label, predictions[row] ?? Number.NaN);
    return Number.isFinite(value) ? value : Number.NaN;
  });
}

/**
 * Direct loss estimation (DLE) of a regression on rows without labels: a model that has learned the
 * loss on the labelled reference says what loss to expect of each row, the metric is that of their
 * mean. Thresholds are mean ± 3σ of the metric on chunks of the reference, the band is ± 3 sampling
 * errors.
 *
 * @param reference - labelled rows of the model's normal work, not those it was trained on
 * @param analysis - rows to estimate; `labels`, as far as they have come, are shown beside
 * @throws RangeError on an unknown metric, unequal lengths, a negative expected loss, or a reference
 * without a complete labelled row
 * @see J. Białek, W. Kuberski, N. Perrakis, A. Bifet, Estimating Model Performance Under Covariate
 * Shift Without Labels, 2024 (the idea of estimating row by row); `docs/statistics/estimation.md`
 */
export function estimateRegression(
  reference: PredictedRows,
  analysis: PredictedRows,
  options: DirectLossOptions,
): PerformanceEstimate {
  const metric = findEstimatedRegressionMetric(options.metric);
  checkRows(reference, 'reference');
  checkRows(analysis, 'analysis');
  if (reference.labels === undefined) throw new RangeError('the reference has no labels');
  const chunkRows = options.chunkRows ?? defaultChunkRows(reference.predictions.length);
  const losses = rowLosses(options.metric, reference.labels, reference.predictions);
  const known = rowsWith(losses, reference.expectedLosses);
  if (known.length === 0) throw new RangeError('no row of the reference has a loss');
  const learned = learnedFrom(losses, reference.expectedLosses, known);
  const thresholds = thresholdsOf(metric, losses, known, chunkRows);
  return performanceEstimate({
    metric: metric.metric.name,
    method: 'direct-loss',
    average: 'rows',
    range: metric.range,
    thresholds,
    chunks: cutChunks(analysis.predictions.length, chunkRows).map((range) =>
      estimateChunk(metric, analysis, learned, range, options.outside),
    ),
    assumptions: [
      NO_CONCEPT_DRIFT,
      'the inputs that the model of the loss is given are what the size of the error depends on',
    ],
    reasons: [
      ...fewRows(known.length, 'labelled rows in the reference'),
      ...missingRows(losses.length - known.length, losses.length, 'the reference'),
      ...fewReferenceChunks(thresholds),
      ...learned.reasons,
    ],
  });
}

function checkRows({ predictions, expectedLosses, labels }: PredictedRows, side: string): void {
  for (const values of [expectedLosses, labels]) {
    if (values !== undefined && values.length !== predictions.length) {
      throw new RangeError(`${values.length} values for ${predictions.length} rows in the ${side}`);
    }
  }
  const negative = expectedLosses.findIndex((loss) => loss < 0);
  if (negative >= 0) {
    throw new RangeError(
      `row ${negative} of the ${side} has the expected loss ${expectedLosses[negative]}; losses are ≥ 0`,
    );
  }
}

/** Rows at which no column is missing or infinite. */
function rowsWith(...columns: readonly Float64Array[]): readonly number[] {
  const rows: number[] = [];
  for (let row = 0; row < (columns[0]?.length ?? 0); row += 1) {
    if (columns.every((column) => Number.isFinite(column[row]))) rows.push(row);
  }
  return rows;
}

interface LearnedLoss {
  /** Mean square of the losses over that of the expected ones: losses spread as they are large. */
  readonly spread: number;
  readonly doubt: CalibrationDoubt;
  readonly reasons: readonly InvalidityReason[];
}

function learnedFrom(
  losses: Float64Array,
  expectedLosses: Float64Array,
  known: readonly number[],
): LearnedLoss {
  const real = Float64Array.from(known, (row) => losses[row] ?? 0);
  const expected = Float64Array.from(known, (row) => expectedLosses[row] ?? 0);
  const mean = meanOf(real);
  const error = meanOf(real.map((loss, at) => (loss - (expected[at] ?? 0)) ** 2));
  const variance = meanOf(real.map((loss) => (loss - mean) ** 2));
  const squares = meanOf(expected.map((loss) => loss ** 2));
  const bias = meanOf(expected) - mean;
  const reasons: InvalidityReason[] = [];
  if (variance > 0 && 1 - error / variance < LEAST_EXPLAINED) {
    const message = 'expected losses are worse than the mean loss on rows of the reference itself';
    reasons.push({ code: 'calibration', message });
  } else if (
    Math.abs(bias) > LARGEST_BIAS * mean &&
    Math.abs(bias) > 3 * Math.sqrt(error / known.length)
  ) {
    const percent = Math.round((bias / mean) * 100);
    const message = `expected losses are off by ${percent} % on the reference itself`;
    reasons.push({ code: 'calibration', message });
  }
  return {
    spread: squares > 0 ? meanOf(real.map((loss) => loss ** 2)) / squares : 1,
    doubt: calibrationDoubt(expected, real, (_, m, meanSquare) => Math.max(0, meanSquare - m * m)),
    reasons,
  };
}

function thresholdsOf(
  metric: EstimatedRegressionMetric,
  losses: Float64Array,
  known: readonly number[],
  chunkRows: number,
) {
  const realised = cutChunks(losses.length, chunkRows)
    .filter(({ start, end }) => end - start === chunkRows)
    .map(({ start, end }) => losses.subarray(start, end).filter((loss) => !Number.isNaN(loss)))
    .filter((chunk) => chunk.length > 0)
    .map((chunk) => metric.fromMean(meanOf(chunk)));
  const all = Float64Array.from(known, (row) => losses[row] ?? 0);
  const mean = meanOf(all);
  const variance = meanOf(all.map((loss) => (loss - mean) ** 2));
  const error = metric.slope(mean) * Math.sqrt(variance / all.length);
  return performanceThresholds(
    realised,
    { value: metric.fromMean(mean), error, rows: all.length },
    metric.range,
    chunkRows,
  );
}

function estimateChunk(
  metric: EstimatedRegressionMetric,
  analysis: PredictedRows,
  learned: LearnedLoss,
  { start, end }: RowRange,
  outside: ArrayLike<number> | undefined,
): ChunkFigures {
  const rows = rowsWith(
    analysis.predictions.subarray(start, end),
    analysis.expectedLosses.subarray(start, end),
  );
  const expected = Float64Array.from(rows, (row) => analysis.expectedLosses[start + row] ?? 0);
  const beyond = rows.filter((row) => outside?.[start + row] === 1).length;
  const reasons: InvalidityReason[] = [
    ...fewRows(rows.length, 'complete rows'),
    ...missingRows(end - start - rows.length, end - start, 'the chunk'),
    ...outsideReason(beyond, rows.length),
  ];
  const found: ChunkFigures = {
    start,
    end,
    rows: rows.length,
    ...expectation(metric, expected, learned),
    reasons,
  };
  if (analysis.labels === undefined) return found;
  const labels = analysis.labels.subarray(start, end);
  const predictions = analysis.predictions.subarray(start, end);
  const labelled = rowsWith(labels, predictions);
  const realised =
    labelled.length === 0
      ? null
      : metric.metric.compute({
          labels: Float64Array.from(labelled, (row) => labels[row] ?? 0),
          predictions: Float64Array.from(labelled, (row) => predictions[row] ?? 0),
        });
  if (realised === null && labelled.length > 0) {
    reasons.push({
      code: 'undefined',
      message: `${metric.metric.name} is not defined on the labels: one of them is 0`,
    });
  }
  return { ...found, realised, labelled: labelled.length };
}

function expectation(
  metric: EstimatedRegressionMetric,
  expected: Float64Array,
  { spread, doubt }: LearnedLoss,
): { readonly estimate: number | null; readonly samplingError: number | null } {
  const rows = expected.length;
  if (rows === 0) return { estimate: null, samplingError: null };
  const mean = meanOf(expected);
  const square = meanOf(expected.map((loss) => loss ** 2));
  const variance =
    Math.max(0, spread * square - mean ** 2) / rows +
    doubtVariance(doubt, expected, new Float64Array(rows).fill(1 / rows));
  return {
    estimate: metric.fromMean(mean),
    samplingError: metric.slope(mean) * Math.sqrt(variance),
  };
}

function meanOf(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
