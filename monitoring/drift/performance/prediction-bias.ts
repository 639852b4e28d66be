import { checkLevel, DEFAULT_LEVEL, type Interval } from './interval.js';
import { meanInterval, sampleMoments } from './mean-interval.js';

/** Whether predictions lie too high or too low, and how much they vary. */
export interface PredictionBias {
  readonly rows: number;
  /** Mean of prediction − label, in the label's unit; above 0 the model predicts too much. */
  readonly bias: Interval;
  /** `bias` less the baseline's own; `null` without a baseline. */
  readonly biasAgainstBaseline: number | null;
  /** True where the interval of the bias does not hold the baseline's bias (or 0). */
  readonly isBiased: boolean;
  /** Variance of the predictions, n − 1 below. */
  readonly predictionVariance: number | null;
  /** Variance of the errors: what is left once the bias is taken off. */
  readonly errorVariance: number | null;
  /** Variance of the predictions over the baseline's; `null` without a baseline or where that is 0. */
  readonly varianceRatio: number | null;
}

/** What the model showed when it was accepted. */
export interface BiasBaseline {
  readonly bias: number;
  readonly predictionVariance: number;
}

/**
 * Bias and variance of predictions whose labels have come.
 *
 * For a classification give the probability of the positive class as prediction and 0/1 as label:
 * the bias is then how much too often the class is foretold.
 *
 * @param labels - NaN where none has come: the row is left out
 * @param predictions - as many
 * @throws RangeError on unequal lengths or a level outside (0, 1)
 * @example
 * predictionBias(Float64Array.of(10, 20, 30), Float64Array.of(12, 21, 33)).bias.value; // 2
 */
export function predictionBias(
  labels: Float64Array,
  predictions: Float64Array,
  options: { readonly baseline?: BiasBaseline; readonly level?: number } = {},
): PredictionBias {
  const { baseline, level = DEFAULT_LEVEL } = options;
  checkLevel(level);
  if (labels.length !== predictions.length) {
    throw new RangeError(`${labels.length} labels for ${predictions.length} predictions`);
  }
  const errors = predictions.map((prediction, row) => prediction - (labels[row] ?? Number.NaN));
  const counted = predictions.filter((_, row) => Number.isFinite(errors[row]));
  const bias = meanInterval(errors.filter(Number.isFinite), level);
  const predicted = sampleMoments(counted);
  const expected = baseline?.bias ?? 0;
  const { low, high, value } = bias;
  return {
    rows: predicted.rows,
    bias,
    biasAgainstBaseline: value === null || baseline === undefined ? null : value - baseline.bias,
    isBiased: low !== null && high !== null && (expected < low || expected > high),
    predictionVariance: predicted.variance,
    errorVariance: sampleMoments(errors.filter(Number.isFinite)).variance,
    varianceRatio:
      predicted.variance === null || !baseline?.predictionVariance
        ? null
        : predicted.variance / baseline.predictionVariance,
  };
}
