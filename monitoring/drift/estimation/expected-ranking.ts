import type { ExpectMetric } from './expected-metric.js';

/**
 * Expected area under the receiver operating characteristic: expected pairs in the right order over
 * expected pairs of a positive and a negative row.
 *
 * AUC = Σᵢ pᵢ (Nᵢ + ½ Tᵢ) / Σᵢ≠ⱼ pᵢ (1 − pⱼ), with N and T the expected negative rows of lower and of
 * equal score, the row itself left out: it cannot be both. That is the area under expected TP and FP
 * at every threshold, without the pairs of a row with itself.
 *
 * Not defined where positive or negative rows are not to be expected.
 */
export const expectedRocAuc: ExpectMetric = ({ probabilities, scores }) => {
  const rows = probabilities.length;
  const groups = scoreGroups(scores);
  let [allPositive, withItself] = [0, 0];
  for (const p of probabilities) {
    allPositive += p;
    withItself += p * (1 - p);
  }
  const allNegative = rows - allPositive;
  const pairs = allPositive * allNegative - withItself;
  if (!(pairs > rows * 1e-12)) return null;
  const ifPositive = new Float64Array(rows);
  const ifNegative = new Float64Array(rows);
  let [below, above, right] = [0, allPositive, 0];
  for (const group of groups) {
    let positive = 0;
    for (const row of group) positive += probabilities[row] ?? 0;
    const negative = group.length - positive;
    above -= positive;
    for (const row of group) {
      const p = probabilities[row] ?? 0;
      right += p * (below + (negative - (1 - p)) / 2);
      ifPositive[row] = below + negative / 2;
      ifNegative[row] = above + positive / 2;
    }
    below += negative;
  }
  const value = Math.min(1, right / pairs);
  for (let row = 0; row < rows; row += 1) {
    ifPositive[row] = ((ifPositive[row] ?? 0) / allNegative - value) / allPositive;
    ifNegative[row] = ((ifNegative[row] ?? 0) / allPositive - value) / allNegative;
  }
  return { value, ifPositive, ifNegative };
};

/**
 * Expected average precision, Σᵢ pᵢ (1 + Σⱼ pⱼ) / Mᵢ / Σᵢ pᵢ: Mᵢ rows score at least as high as row i,
 * and j runs over the others of them. A positive row is a true positive at its own threshold for
 * certain, which is why it adds 1 and not pᵢ.
 *
 * Not defined where no positive row is to be expected.
 */
export const expectedAveragePrecision: ExpectMetric = ({ probabilities, scores }) => {
  const rows = probabilities.length;
  const groups = scoreGroups(scores).reverse();
  let allPositive = 0;
  for (const p of probabilities) allPositive += p;
  if (!(allPositive > 0)) return null;
  const precisionAt: number[] = [];
  let [counted, positive, sum] = [0, 0, 0];
  for (const group of groups) {
    counted += group.length;
    for (const row of group) positive += probabilities[row] ?? 0;
    precisionAt.push(positive / counted);
    for (const row of group) {
      const p = probabilities[row] ?? 0;
      sum += (p * (positive + 1 - p)) / counted;
    }
  }
  const value = Math.min(1, sum / allPositive);
  const ifPositive = new Float64Array(rows);
  const ifNegative = new Float64Array(rows);
  // From the lowest score up: a row counts in the precision at every threshold below its score.
  let [gain, share] = [0, 0];
  for (let at = groups.length - 1; at >= 0; at -= 1) {
    const group = groups[at] ?? [];
    const precision = precisionAt[at] ?? 0;
    for (const row of group) {
      gain += (probabilities[row] ?? 0) / counted;
      share += ((probabilities[row] ?? 0) * precision) / counted;
    }
    counted -= group.length;
    for (const row of group) {
      ifPositive[row] = (precision - value + gain - share) / allPositive;
      ifNegative[row] = -share / allPositive;
    }
  }
  return { value, ifPositive, ifNegative };
};

/** Rows of the same score together, ascending. */
function scoreGroups(scores: Float64Array): number[][] {
  const order = Uint32Array.from({ length: scores.length }, (_, row) => row);
  order.sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  const groups: number[][] = [];
  let before = Number.NaN;
  for (const row of order) {
    const score = scores[row] ?? 0;
    if (score === before) groups.at(-1)?.push(row);
    else groups.push([row]);
    before = score;
  }
  return groups;
}
