import { rocAuc } from '../performance/metrics/roc-auc.js';
import { cutChunks, defaultChunkRows, type RowRange } from './chunks.js';
import {
  type ClassCalibration,
  calibrateClasses,
  calibratedProbabilities,
} from './class-calibration.js';
import {
  type ClassifiedRows,
  checkClassifiedRows,
  completeRows,
  takeMatrixRows,
  takeRows,
} from './classified-rows.js';
import { confidenceReasons, scarceRows } from './confidence-validity.js';
import {
  type EstimatedClassificationMetric,
  findEstimatedClassificationMetric,
} from './estimated-metric.js';
import { expectClasses } from './expect-classes.js';
import {
  type ChunkFigures,
  type PerformanceEstimate,
  performanceEstimate,
} from './performance-estimate.js';
import { outsideReason, unlikeReference } from './support.js';
import { performanceThresholds } from './thresholds.js';
import { type InvalidityReason, NO_CONCEPT_DRIFT } from './validity.js';

export interface ConfidenceBasedOptions {
  /** `accuracy`, `precision`, `recall`, `f1`, `rocAuc` or `averagePrecision`. */
  readonly metric: string;
  /** Two or more; of two, the second is the positive one. */
  readonly classes: readonly (string | number | boolean)[];
  /** Rows a chunk, ≥ 1. Default: a tenth of the reference, 100 at the least. */
  readonly chunkRows?: number;
  /** Deals the reference into folds for the choice of calibration. Default 42. */
  readonly seed?: number;
  /** 1 for each row of the analysis whose inputs lie where the reference has none. */
  readonly outside?: ArrayLike<number>;
}

/** A confidence-based estimate says how probabilities were corrected, too. */
export interface ConfidenceBasedEstimate extends PerformanceEstimate {
  readonly calibration: readonly {
    readonly class: string | number | boolean;
    readonly method: 'isotonic' | 'none';
    /** Expected calibration error of the probabilities as they came, and out of fold after. */
    readonly errorBefore: number;
    readonly errorAfter: number | null;
  }[];
}

/**
 * Confidence-based performance estimation (CBPE) of a classifier on rows without labels.
 *
 * Probabilities are calibrated on the labelled reference where that lowers their calibration error;
 * a row that is positive with probability p then counts as p of a positive row, which makes an
 * expected confusion matrix, or expected TP and FP at every threshold. Thresholds are mean ± 3σ of
 * the metric on chunks of the reference, the band is ± 3 sampling errors.
 *
 * Precision, recall, F1, ROC AUC and average precision are of the positive class where there are
 * two, else the plain mean over classes (macro).
 *
 * @param reference - labelled rows of the model's normal work, not those it was trained on
 * @param analysis - rows to estimate; `labels`, as far as they have come, are shown beside
 * @throws RangeError on an unknown metric, lengths that do not fit, a probability outside [0, 1], or
 * a reference without a complete labelled row
 * @see J. Białek, W. Kuberski, N. Perrakis, A. Bifet, Estimating Model Performance Under Covariate
 * Shift Without Labels, 2024
 */
export function estimateClassification(
  reference: ClassifiedRows,
  analysis: ClassifiedRows,
  options: ConfidenceBasedOptions,
): ConfidenceBasedEstimate {
  const metric = findEstimatedClassificationMetric(options.metric);
  const { classes, seed = 42 } = options;
  const width = classes.length;
  if (width < 2) throw new RangeError(`${width} classes; a classification has two or more`);
  const referenceRows = checkClassifiedRows(reference, width, 'reference');
  const analysisRows = checkClassifiedRows(analysis, width, 'analysis');
  const { labels } = reference;
  if (labels === undefined) throw new RangeError('the reference has no labels');
  const chunkRows = options.chunkRows ?? defaultChunkRows(referenceRows);
  const work: Work = { metric, classes, width, chunkRows };
  const known = labelledRows(reference, work, { start: 0, end: referenceRows });
  if (known.length === 0)
    throw new RangeError('no row of the reference has label and probabilities');
  const scores = takeMatrixRows(reference.probabilities, known, width);
  const calibrations = calibrateClasses(takeRows(labels, known), scores, width, seed);
  const thresholds = thresholdsOf(reference, known, work, referenceRows);
  const estimate = performanceEstimate({
    metric: metric.metric.name,
    method: 'confidence-based',
    average: averageOf(metric, width),
    range: metric.range,
    thresholds,
    chunks: cutChunks(analysisRows, chunkRows).map((range) =>
      estimateChunk(analysis, calibrations, work, range, options.outside),
    ),
    assumptions: [
      NO_CONCEPT_DRIFT,
      'inputs, as far as probabilities depend on them, are like some that the reference has',
    ],
    reasons: confidenceReasons({
      labels: takeRows(labels, known),
      calibrations,
      classes,
      thresholds,
      left: referenceRows - known.length,
      ranking: width === 2 ? realisedOn(rocAuc, reference, known, work) : null,
    }),
  });
  return {
    ...estimate,
    calibration: calibrations.map(({ index, calibrator: { method, before, after } }) => ({
      class: classes[index] ?? index,
      method,
      errorBefore: before.error,
      errorAfter: after?.error ?? null,
    })),
  };
}

interface Work {
  readonly metric: EstimatedClassificationMetric;
  readonly classes: readonly (string | number | boolean)[];
  readonly width: number;
  readonly chunkRows: number;
}

function averageOf(metric: EstimatedClassificationMetric, width: number) {
  if (metric.of === 'correct-rows') return 'rows';
  return width === 2 ? 'positive-class' : 'macro';
}

function labelledRows(rows: ClassifiedRows, { metric, width }: Work, range: RowRange) {
  const complete = completeRows(rows, width, metric.usesPredictions, range);
  return complete.filter((row) => !Number.isNaN(rows.labels?.[row] ?? Number.NaN));
}

function realisedOn(
  metric: Pick<EstimatedClassificationMetric['metric'], 'compute'>,
  rows: ClassifiedRows,
  numbers: readonly number[],
  { classes, width }: Work,
): number | null {
  if (numbers.length === 0) return null;
  return metric.compute({
    classes,
    labels: takeRows(rows.labels ?? [], numbers),
    predictions: takeRows(rows.predictions ?? [], numbers),
    probabilities: takeMatrixRows(rows.probabilities, numbers, width),
  });
}

function thresholdsOf(
  reference: ClassifiedRows,
  known: readonly number[],
  work: Work,
  referenceRows: number,
) {
  const { metric, width, chunkRows } = work;
  const realised = cutChunks(referenceRows, chunkRows)
    .filter(({ start, end }) => end - start === chunkRows)
    .map((range) =>
      realisedOn(metric.metric, reference, labelledRows(reference, work, range), work),
    )
    .filter((value) => value !== null);
  const value = realisedOn(metric.metric, reference, known, work);
  // Labels are probabilities of 0 and 1: the error is that of the realised metric.
  const certain = new Float64Array(known.length * width);
  for (const [at, row] of known.entries()) {
    const label = reference.labels?.[row] ?? -1;
    if (label >= 0) certain[at * width + label] = 1;
  }
  const onAll = expectClasses(metric, {
    width,
    predictions: takeRows(reference.predictions ?? [], known),
    scores: takeMatrixRows(reference.probabilities, known, width),
    probabilities: certain,
  });
  const whole =
    value === null || onAll === null ? null : { value, error: onAll.error, rows: known.length };
  return performanceThresholds(realised, whole, metric.range, chunkRows);
}

function estimateChunk(
  analysis: ClassifiedRows,
  calibrations: readonly ClassCalibration[],
  work: Work,
  range: RowRange,
  outside: ArrayLike<number> | undefined,
): ChunkFigures {
  const { metric, width } = work;
  const numbers = completeRows(analysis, width, metric.usesPredictions, range);
  const scores = takeMatrixRows(analysis.probabilities, numbers, width);
  const probabilities = calibratedProbabilities(calibrations, scores, width);
  const predictions = takeRows(analysis.predictions ?? [], numbers);
  const expected = expectClasses(
    metric,
    { width, predictions, scores, probabilities },
    calibrations,
  );
  const reasons: InvalidityReason[] = [
    ...scarceRows(metric, range, numbers.length, probabilities, width, expected !== null),
    ...outsideReason(
      unlikeReference(calibrations, scores, width, numbers, outside),
      numbers.length,
    ),
  ];
  const figures: ChunkFigures = {
    ...range,
    rows: numbers.length,
    estimate: expected?.value ?? null,
    samplingError: expected?.error ?? null,
    reasons,
  };
  if (analysis.labels === undefined) return figures;
  const labelled = labelledRows(analysis, work, range);
  const unknown = labelled.filter((row) => analysis.labels?.[row] === -1).length;
  if (unknown > 0) {
    reasons.push({ code: 'unknown-labels', message: `${unknown} labels are of no known class` });
  }
  const realised = realisedOn(metric.metric, analysis, labelled, work);
  return { ...figures, realised, labelled: labelled.length };
}
