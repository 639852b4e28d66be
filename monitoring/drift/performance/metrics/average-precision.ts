import type { ClassificationMetric } from './metric.js';
import { oneVersusRest } from './one-versus-rest.js';

/**
 * Average precision, the area under the precision–recall steps, in [0, 1]; chance is the share of
 * positive rows. For two classes that of the positive class (the second in the model's order), for
 * more the plain mean of each class against the rest.
 *
 * AP = Σₖ (Rₖ − Rₖ₋₁) Pₖ over the distinct scores from the highest down, without interpolation, as
 * scikit-learn. Not defined where a class has no row, or a row has a class that the model does not
 * know.
 *
 * @see M. Zhu, Recall, Precision and Average Precision, 2004
 */
export const averagePrecision: ClassificationMetric = {
  name: 'averagePrecision',
  task: 'classification',
  higherIsBetter: true,
  compute: (sample) => oneVersusRest(sample, binaryAveragePrecision),
};

/**
 * @param isPositive - 1 for a positive row, 0 for a negative one
 * @param scores - higher means more likely positive
 * @returns `null` without a positive row, or where a score is NaN
 * @example binaryAveragePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // 0.8333
 */
export function binaryAveragePrecision(
  isPositive: ArrayLike<number>,
  scores: ArrayLike<number>,
): number | null {
  const rows = scores.length;
  const order = Array.from({ length: rows }, (_, row) => row);
  order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  let [truePositives, counted, area] = [0, 0, 0];
  for (let start = 0; start < rows; start = counted) {
    const score = scores[order[start] ?? 0] ?? Number.NaN;
    if (Number.isNaN(score)) return null;
    const before = truePositives;
    while (counted < rows && scores[order[counted] ?? 0] === score) {
      truePositives += isPositive[order[counted] ?? 0] === 1 ? 1 : 0;
      counted += 1;
    }
    area += (truePositives - before) * (truePositives / counted);
  }
  return truePositives === 0 ? null : area / truePositives;
}
