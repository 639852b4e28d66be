import type { ClassificationMetric } from './metric.js';
import { oneVersusRest } from './one-versus-rest.js';

/**
 * Area under the receiver operating characteristic, in [0, 1]; 0.5 is chance. For two classes that
 * of the positive class (the second in the model's order), for more the plain mean of each class
 * against the rest. Exact with ties: the Mann–Whitney statistic over midranks,
 * AUC = (R₁ − n₁(n₁ + 1)/2) / (n₁ n₀), R₁ the sum of ranks of the positive rows.
 *
 * Not defined where a class has no row, or a row has a class that the model does not know.
 *
 * @see J. A. Hanley, B. J. McNeil, The meaning and use of the area under a ROC curve, 1982
 */
export const rocAuc: ClassificationMetric = {
  name: 'rocAuc',
  task: 'classification',
  higherIsBetter: true,
  compute: (sample) => oneVersusRest(sample, binaryRocAuc),
};

/**
 * @param isPositive - 1 for a positive row, 0 for a negative one
 * @param scores - higher means more likely positive
 * @returns `null` where all rows are of one class, or a score is NaN
 * @example binaryRocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // 0.75
 */
export function binaryRocAuc(
  isPositive: ArrayLike<number>,
  scores: ArrayLike<number>,
): number | null {
  const rows = scores.length;
  const order = Array.from({ length: rows }, (_, row) => row);
  const score = (at: number) => scores[order[at] ?? 0] ?? Number.NaN;
  order.sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < rows; ) {
    if (Number.isNaN(score(start))) return null;
    let end = start + 1;
    while (end < rows && score(end) === score(start)) end += 1;
    const midrank = (start + 1 + end) / 2;
    for (let at = start; at < end; at += 1) {
      if (isPositive[order[at] ?? 0] === 1) {
        positives += 1;
        rankSum += midrank;
      }
    }
    start = end;
  }
  const negatives = rows - positives;
  if (positives === 0 || negatives === 0) return null;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
