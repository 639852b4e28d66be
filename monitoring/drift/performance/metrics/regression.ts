import type { RegressionMetric, RegressionSample } from './metric.js';

/**
 * Mean absolute error, (1/n) Σ |yᵢ − ŷᵢ|, in the unit of the label, ≥ 0.
 *
 * @example mae.compute({ labels: [3, -0.5, 2, 7], predictions: [2.5, 0, 2, 8] }); // 0.5
 */
export const mae: RegressionMetric = {
  name: 'mae',
  task: 'regression',
  higherIsBetter: false,
  compute: (sample) => mean(sample, (label, prediction) => Math.abs(label - prediction)),
};

/**
 * Root mean squared error, √((1/n) Σ (yᵢ − ŷᵢ)²), in the unit of the label, ≥ 0.
 *
 * @example rmse.compute({ labels: [3, -0.5, 2, 7], predictions: [2.5, 0, 2, 8] }); // 0.6124
 */
export const rmse: RegressionMetric = {
  name: 'rmse',
  task: 'regression',
  higherIsBetter: false,
  compute: (sample) => {
    const squared = mean(sample, (label, prediction) => (label - prediction) ** 2);
    return squared === null ? null : Math.sqrt(squared);
  },
};

/**
 * Coefficient of determination, 1 − Σ (yᵢ − ŷᵢ)² / Σ (yᵢ − ȳ)², in (−∞, 1]. Not defined on fewer
 * than two rows or where all labels are equal.
 *
 * @example r2.compute({ labels: [3, -0.5, 2, 7], predictions: [2.5, 0, 2, 8] }); // 0.9486
 */
export const r2: RegressionMetric = {
  name: 'r2',
  task: 'regression',
  higherIsBetter: true,
  compute: (sample) => {
    const average = mean(sample, (label) => label);
    if (average === null || sample.labels.length < 2) return null;
    const residual = mean(sample, (label, prediction) => (label - prediction) ** 2);
    const spread = mean(sample, (label) => (label - average) ** 2);
    return residual === null || !spread ? null : 1 - residual / spread;
  },
};

/**
 * Mean absolute percentage error as a share (0.1 is 10 %), (1/n) Σ |yᵢ − ŷᵢ| / |yᵢ|, ≥ 0. Not
 * defined where a label is 0 (scikit-learn divides by 2.2e-16 there, and the number says nothing).
 *
 * @example mape.compute({ labels: [3, -0.5, 2, 7], predictions: [2.5, 0, 2, 8] }); // 0.3274
 */
export const mape: RegressionMetric = {
  name: 'mape',
  task: 'regression',
  higherIsBetter: false,
  compute: (sample) =>
    mean(sample, (label, prediction) => Math.abs(label - prediction) / Math.abs(label)),
};

function mean(
  { labels, predictions }: RegressionSample,
  of: (label: number, prediction: number) => number,
): number | null {
  let sum = 0;
  for (let row = 0; row < labels.length; row += 1) {
    sum += of(labels[row] ?? Number.NaN, predictions[row] ?? Number.NaN);
  }
  const value = sum / labels.length;
  return Number.isFinite(value) ? value : null;
}
