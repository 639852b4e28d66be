import type { ClassificationSample } from './metric.js';

/**
 * A figure of ranked scores for any number of classes: of the positive class (the second in the
 * model's order) where there are two, else the plain mean of each class against the rest.
 *
 * @param figure - of rows that are positive (1) or not (0) and their scores; `null` where undefined
 * @returns `null` where it is so for one class, or a row has a class that the model does not know
 */
export function oneVersusRest(
  { classes, labels, probabilities }: ClassificationSample,
  figure: (isPositive: Uint8Array, scores: Float64Array) => number | null,
): number | null {
  const width = classes.length;
  let sum = 0;
  const positives = width === 2 ? [1] : classes.keys();
  for (const positive of positives) {
    const scores = new Float64Array(labels.length);
    const isPositive = new Uint8Array(labels.length);
    for (let row = 0; row < labels.length; row += 1) {
      if (labels[row] === -1) return null;
      scores[row] = probabilities[row * width + positive] ?? Number.NaN;
      isPositive[row] = labels[row] === positive ? 1 : 0;
    }
    const value = figure(isPositive, scores);
    if (value === null) return null;
    sum += value;
  }
  return sum / (width === 2 ? 1 : width);
}
