import type { ClassificationSample, RegressionSample } from './metrics/metric.js';

const REGRESSION_LOSSES = {
  mae: (label: number, prediction: number) => Math.abs(label - prediction),
  rmse: (label: number, prediction: number) => (label - prediction) ** 2,
  mape: (label: number, prediction: number) => Math.abs((label - prediction) / label),
} as const;

/**
 * What each row adds to a metric that is a mean over rows: |error| for `mae`, its square for `rmse`,
 * the relative error for `mape`.
 *
 * @returns one a row; NaN where the loss is not defined (a label of 0 under `mape`)
 * @throws RangeError on any other metric, or unequal lengths
 * @example regressionLosses('mae', { labels: [1, 2], predictions: [3, 2] }); // Float64Array [2, 0]
 */
export function regressionLosses(metric: string, sample: RegressionSample): Float64Array {
  const loss = lossOf(REGRESSION_LOSSES, metric);
  checkLengths(sample);
  return Float64Array.from(sample.labels, (label, row) => {
    const value = loss(label, sample.predictions[row] ?? Number.NaN);
    return Number.isFinite(value) ? value : Number.NaN;
  });
}

const CLASSIFICATION_LOSSES = {
  accuracy: (isRight: boolean) => (isRight ? 0 : 1),
  logLoss: (_: boolean, probability: number) => -Math.log(Math.max(probability, 2 ** -23)),
  brierScore: (_: boolean, probability: number, squares: number) => 1 - 2 * probability + squares,
} as const;

/**
 * What each row adds to a metric that is a mean over rows: 1 for a wrong class under `accuracy`,
 * −ln p of the class that came under `logLoss`; under `brierScore` (1 − p)² of two classes, of more the
 * squared distance of all probabilities from what came.
 *
 * @throws RangeError on any other metric (recall, F1 and ROC-AUC are no means over rows), or unequal
 * lengths
 */
export function classificationLosses(metric: string, sample: ClassificationSample): Float64Array {
  const loss = lossOf(CLASSIFICATION_LOSSES, metric);
  checkLengths(sample);
  const width = sample.classes.length;
  return Float64Array.from(sample.labels, (label, row) => {
    const isRight = label === sample.predictions[row];
    const probability = label === -1 ? 0 : (sample.probabilities[row * width + label] ?? 0);
    const squares = width === 2 ? probability ** 2 : squaresOf(sample.probabilities, row, width);
    return loss(isRight, probability, squares);
  });
}

function squaresOf(probabilities: ArrayLike<number>, row: number, width: number): number {
  let sum = 0;
  for (let index = 0; index < width; index += 1)
    sum += (probabilities[row * width + index] ?? 0) ** 2;
  return sum;
}

function lossOf<Loss>(losses: { readonly [metric: string]: Loss }, metric: string): Loss {
  const loss = Object.hasOwn(losses, metric) ? losses[metric] : undefined;
  if (loss !== undefined) return loss;
  const names = Object.keys(losses).join(', ');
  throw new RangeError(`'${metric}' is no mean of losses of single rows; these are: ${names}`);
}

function checkLengths({ labels, predictions }: RegressionSample): void {
  if (labels.length !== predictions.length) {
    throw new RangeError(`${labels.length} labels for ${predictions.length} predictions`);
  }
}
