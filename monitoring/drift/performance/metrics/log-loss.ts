import type { ClassificationMetric } from './metric.js';

/** Probabilities are float32: below its epsilon they count as that, so that no row costs infinity. */
const SMALLEST = 2 ** -23;

/**
 * Logarithmic loss (cross-entropy), −(1/n) Σ ln p(label), in nats, ≥ 0. Probabilities are clipped
 * to [2⁻²³, 1 − 2⁻²³], as scikit-learn clips float32. Not defined where a row has a class that the
 * model does not know.
 *
 * @example −(ln 0.9 + ln 0.8) / 2 // 0.1643, for two rows whose class had 0.9 and 0.8
 */
export const logLoss: ClassificationMetric = {
  name: 'logLoss',
  task: 'classification',
  higherIsBetter: false,
  compute: ({ classes, labels, probabilities }) => {
    if (labels.length === 0) return null;
    let sum = 0;
    for (let row = 0; row < labels.length; row += 1) {
      const label = labels[row] ?? -1;
      const probability = probabilities[row * classes.length + label];
      if (label === -1 || probability === undefined) return null;
      sum -= Math.log(Math.min(Math.max(probability, SMALLEST), 1 - SMALLEST));
    }
    const value = sum / labels.length;
    return Number.isFinite(value) ? value : null;
  },
};
