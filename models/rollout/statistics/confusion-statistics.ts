import type { Estimate, LabelledRows } from './estimate.js';

export type ConfusionStatistic = 'precision' | 'recall' | 'f1';

interface ClassCounts {
  truePositives: number;
  predicted: number;
  actual: number;
}

/** Each is a ratio: twice or once the true positives, over what these weigh. */
const WEIGHTS: {
  readonly [metric in ConfusionStatistic]: {
    readonly hit: number;
    readonly predicted: number;
    readonly actual: number;
  };
} = {
  precision: { hit: 1, predicted: 1, actual: 0 },
  recall: { hit: 1, predicted: 0, actual: 1 },
  f1: { hit: 2, predicted: 1, actual: 1 },
};

/**
 * Precision, recall or F1 of the positive class where there are two, else the plain mean over the
 * classes that occur, as the library's metrics of these names. Each class has a ratio N/D of counts;
 * ψᵢ = n/D · (what row i adds to N − (N/D) · what it adds to D), and that of a mean is their mean.
 *
 * @param classes - how many the model knows
 * @returns `null` without rows
 */
export function confusionEstimate(
  metric: ConfusionStatistic,
  { labels, predictions }: LabelledRows,
  classes: number,
): Estimate | null {
  if (labels.length === 0) return null;
  const counts = countsByClass(labels, predictions);
  const weight = WEIGHTS[metric];
  const isOfOneClass = classes === 2 && !counts.has(-1);
  const counted = isOfOneClass ? [1] : [...counts.keys()];
  const ratios = new Map<number, { readonly ratio: number; readonly whole: number }>();
  for (const index of counted) {
    const { truePositives, predicted, actual } = counts.get(index) ?? NONE;
    const whole = weight.predicted * predicted + weight.actual * actual;
    ratios.set(index, { ratio: whole === 0 ? 0 : (weight.hit * truePositives) / whole, whole });
  }
  const value = [...ratios.values()].reduce((sum, { ratio }) => sum + ratio, 0) / counted.length;
  const influence = labels.map((label, row) => {
    const prediction = predictions[row] ?? -1;
    const predicted = ratios.get(prediction);
    const actual = ratios.get(label);
    let sum = 0;
    if (predicted !== undefined && predicted.whole > 0) {
      const hits = label === prediction ? weight.hit : 0;
      sum += (hits - predicted.ratio * weight.predicted) / predicted.whole;
    }
    if (actual !== undefined && actual.whole > 0) {
      sum -= (actual.ratio * weight.actual) / actual.whole;
    }
    return (sum * labels.length) / counted.length;
  });
  return { value, influence };
}

const NONE: ClassCounts = { truePositives: 0, predicted: 0, actual: 0 };

/** Only classes that occur; −1 stands for one that the model does not know. */
export function countsByClass(
  labels: Float64Array,
  predictions: Float64Array,
): ReadonlyMap<number, ClassCounts> {
  const counts = new Map<number, ClassCounts>();
  const of = (index: number): ClassCounts => {
    const known = counts.get(index) ?? { ...NONE };
    counts.set(index, known);
    return known;
  };
  labels.forEach((label, row) => {
    const prediction = predictions[row] ?? -1;
    of(label).actual += 1;
    of(prediction).predicted += 1;
    if (label === prediction) of(label).truePositives += 1;
  });
  return counts;
}
