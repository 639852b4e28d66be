import type { ClassificationMetric, ClassificationSample } from './metric.js';

/** Stands for a class that the model does not know. */
const UNKNOWN = -1;

interface Counts {
  readonly truePositives: number;
  readonly predicted: number;
  readonly actual: number;
}

/** Share of rows whose class was right, in [0, 1]. */
export const accuracy: ClassificationMetric = {
  name: 'accuracy',
  task: 'classification',
  higherIsBetter: true,
  compute: ({ labels, predictions }) => {
    if (labels.length === 0) return null;
    let right = 0;
    for (let row = 0; row < labels.length; row += 1) {
      if (labels[row] === predictions[row]) right += 1;
    }
    return right / labels.length;
  },
};

/** Of the rows that were given the class, the share that had it: TP / (TP + FP), in [0, 1]. */
export const precision: ClassificationMetric = {
  name: 'precision',
  task: 'classification',
  higherIsBetter: true,
  compute: (sample) => average(sample, (counts) => counts.truePositives / counts.predicted),
};

/** Of the rows that had the class, the share that were given it: TP / (TP + FN), in [0, 1]. */
export const recall: ClassificationMetric = {
  name: 'recall',
  task: 'classification',
  higherIsBetter: true,
  compute: (sample) => average(sample, (counts) => counts.truePositives / counts.actual),
};

/** Harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN), in [0, 1]. */
export const f1: ClassificationMetric = {
  name: 'f1',
  task: 'classification',
  higherIsBetter: true,
  compute: (sample) =>
    average(sample, (counts) => (2 * counts.truePositives) / (counts.predicted + counts.actual)),
};

/**
 * Precision, recall and F1 are of the positive class where there are two classes (`true`, or the
 * second in the model's order), else the plain mean over the classes that occur as label or
 * prediction (macro). A class without predictions has precision 0, without labels recall 0, as in
 * scikit-learn with `zero_division=0`.
 */
function average(sample: ClassificationSample, of: (counts: Counts) => number): number | null {
  if (sample.labels.length === 0) return null;
  const perClass = countPerClass(sample);
  // 0/0 is NaN, which counts as 0.
  const share = (counts: Counts | undefined) => (counts === undefined ? 0 : of(counts) || 0);
  if (sample.classes.length === 2 && !perClass.has(UNKNOWN)) return share(perClass.get(1));
  let sum = 0;
  for (const counts of perClass.values()) sum += share(counts);
  return sum / perClass.size;
}

/** Only classes that occur. */
function countPerClass({ labels, predictions }: ClassificationSample): ReadonlyMap<number, Counts> {
  const counts = new Map<number, { truePositives: number; predicted: number; actual: number }>();
  const of = (index: number) => {
    const known = counts.get(index) ?? { truePositives: 0, predicted: 0, actual: 0 };
    counts.set(index, known);
    return known;
  };
  for (let row = 0; row < labels.length; row += 1) {
    const label = labels[row] ?? UNKNOWN;
    const prediction = predictions[row] ?? UNKNOWN;
    of(label).actual += 1;
    of(prediction).predicted += 1;
    if (label === prediction) of(label).truePositives += 1;
  }
  return counts;
}
