import type { ExpectedMetric, ExpectedSample, ExpectMetric } from './expected-metric.js';

/** Rows that each cell of the confusion matrix is expected to have. */
export interface ExpectedConfusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/**
 * Expected confusion matrix: a row predicted positive is a true positive with its probability p and a
 * false one with 1 − p; a row predicted negative is a false negative with p.
 *
 * @example
 * expectedConfusion({ probabilities: Float64Array.of(0.9, 0.2), predictions: Uint8Array.of(1, 0), … });
 * // TP 0.9, FP 0.1, FN 0.2, TN 0.8
 */
export function expectedConfusion(
  sample: Pick<ExpectedSample, 'probabilities' | 'predictions'>,
): ExpectedConfusion {
  const { probabilities, predictions } = sample;
  let [truePositives, falseNegatives, predicted] = [0, 0, 0];
  for (let row = 0; row < probabilities.length; row += 1) {
    const p = probabilities[row] ?? 0;
    if (predictions[row] === 1) {
      truePositives += p;
      predicted += 1;
    } else falseNegatives += p;
  }
  const falsePositives = predicted - truePositives;
  const trueNegatives = probabilities.length - predicted - falseNegatives;
  return { truePositives, falsePositives, falseNegatives, trueNegatives };
}

/** Expected share of rows that are positive: of correct rows, with each row's probability of that. */
export const expectedShare: ExpectMetric = (sample) => {
  const rows = sample.probabilities.length;
  if (rows === 0) return null;
  let sum = 0;
  for (const p of sample.probabilities) sum += p;
  const value = sum / rows;
  return influences(sample, value, (positive) => (positive - value) / rows);
};

/** TP / (TP + FP); 0 where nothing is predicted positive. Exact: the denominator is known. */
export const expectedPrecision: ExpectMetric = (sample) => {
  const { truePositives, falsePositives } = expectedConfusion(sample);
  const predicted = truePositives + falsePositives;
  const value = ratio(truePositives, predicted);
  return influences(sample, value, (positive, said) => ratio(said * (positive - value), predicted));
};

/** E[TP] / E[TP + FN]; 0 where nothing is expected to be positive. */
export const expectedRecall: ExpectMetric = (sample) => {
  const { truePositives, falseNegatives } = expectedConfusion(sample);
  const actual = truePositives + falseNegatives;
  const value = ratio(truePositives, actual);
  return influences(sample, value, (positive, said) => ratio(positive * (said - value), actual));
};

/** 2 E[TP] / E[2 TP + FP + FN]; 0 where that is empty. */
export const expectedF1: ExpectMetric = (sample) => {
  const { truePositives, falsePositives, falseNegatives } = expectedConfusion(sample);
  const both = 2 * truePositives + falsePositives + falseNegatives;
  const value = ratio(2 * truePositives, both);
  return influences(sample, value, (positive, said) =>
    ratio(2 * positive * said - value * (positive + said), both),
  );
};

function ratio(numerator: number, denominator: number): number {
  return denominator > 0 ? numerator / denominator : 0;
}

function influences(
  { probabilities, predictions }: ExpectedSample,
  value: number,
  of: (positive: 0 | 1, said: number) => number,
): ExpectedMetric | null {
  if (probabilities.length === 0) return null;
  // They depend on the prediction alone, of which there are two.
  const [saidNo, saidYes] = [0, 1].map((said) => ({
    positive: of(1, said),
    negative: of(0, said),
  }));
  const pick = (label: 'positive' | 'negative') =>
    Float64Array.from(predictions, (said) => (said === 1 ? saidYes : saidNo)?.[label] ?? 0);
  return { value, ifPositive: pick('positive'), ifNegative: pick('negative') };
}
