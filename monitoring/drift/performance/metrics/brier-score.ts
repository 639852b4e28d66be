import type { ClassificationMetric } from './metric.js';

/**
 * Brier score: mean squared distance of the probabilities from what came, ≥ 0, smaller is better.
 * For two classes (p − y)² of the positive class, in [0, 1]; for more the sum over the classes, in
 * [0, 2]. Not defined where a row has a class that the model does not know.
 *
 * @example ((0.1 - 0) ** 2 + (0.8 - 1) ** 2) / 2 // 0.025, for two rows
 * @see G. W. Brier, Verification of Forecasts Expressed in Terms of Probability, 1950
 */
export const brierScore: ClassificationMetric = {
  name: 'brierScore',
  task: 'classification',
  higherIsBetter: false,
  compute: ({ classes, labels, probabilities }) => {
    const width = classes.length;
    if (labels.length === 0) return null;
    let sum = 0;
    for (let row = 0; row < labels.length; row += 1) {
      if (labels[row] === -1) return null;
      for (let index = width === 2 ? 1 : 0; index < width; index += 1) {
        const came = labels[row] === index ? 1 : 0;
        sum += ((probabilities[row * width + index] ?? Number.NaN) - came) ** 2;
      }
    }
    const value = sum / labels.length;
    return Number.isFinite(value) ? value : null;
  },
};
