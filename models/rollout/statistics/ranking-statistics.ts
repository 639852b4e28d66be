import type { Estimate, LabelledRows } from './estimate.js';

export type RankingStatistic = 'rocAuc' | 'averagePrecision';

/**
 * Area under the ROC curve or average precision, of the positive class where there are two, else the
 * plain mean of each class against the rest, as the library's metrics of these names.
 *
 * @returns `null` where a class has no row, or a row has a class that the model does not know
 */
export function rankingEstimate(
  metric: RankingStatistic,
  { labels, probabilities }: LabelledRows,
  classes: number,
): Estimate | null {
  const rows = labels.length;
  const positives = classes === 2 ? [1] : Array.from({ length: classes }, (_, index) => index);
  const influence = new Float64Array(rows);
  let value = 0;
  if (labels.includes(-1)) return null;
  for (const positive of positives) {
    const scores = Float64Array.from(
      labels,
      (_, row) => probabilities[row * classes + positive] ?? Number.NaN,
    );
    const ranked = rankedGroups(labels, scores, positive);
    const one = ranked && (metric === 'rocAuc' ? areaUnderRoc : averagePrecision)(ranked, rows);
    if (one == null) return null;
    value += one.value / positives.length;
    one.influence.forEach((each, row) => {
      influence[row] = (influence[row] ?? 0) + each / positives.length;
    });
  }
  return { value, influence };
}

/** Rows of one score, and how many of them are positive. */
interface Group {
  readonly rows: readonly number[];
  readonly positives: number;
}

interface Ranked {
  /** From the highest score down. */
  readonly groups: readonly Group[];
  readonly isPositive: (row: number) => boolean;
  readonly positives: number;
}

function rankedGroups(labels: Float64Array, scores: Float64Array, positive: number): Ranked | null {
  if (scores.some(Number.isNaN)) return null;
  const order = Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const isPositive = (row: number) => labels[row] === positive;
  const groups: Group[] = [];
  for (let start = 0; start < order.length; ) {
    const score = scores[order[start] ?? 0];
    let end = start + 1;
    while (end < order.length && scores[order[end] ?? 0] === score) end += 1;
    const rows = order.slice(start, end);
    groups.push({ rows, positives: rows.filter(isPositive).length });
    start = end;
  }
  const positives = groups.reduce((sum, group) => sum + group.positives, 0);
  return positives === 0 ? null : { groups, isPositive, positives };
}

/**
 * ψ of a positive row is n/n₁ (the share of negatives below it − A), of a negative one n/n₀ (the
 * share of positives above it − A), ties by half.
 *
 * @see E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Comparing the Areas under Two or More
 * Correlated Receiver Operating Characteristic Curves, Biometrics 44(3), 1988
 */
function areaUnderRoc({ groups, isPositive, positives }: Ranked, rows: number): Estimate | null {
  const negatives = rows - positives;
  if (negatives === 0) return null;
  const placed = new Float64Array(rows);
  let positivesAbove = 0;
  let negativesAbove = 0;
  let sum = 0;
  for (const group of groups) {
    const own = group.rows.length - group.positives;
    const below = negatives - negativesAbove - own / 2;
    const above = positivesAbove + group.positives / 2;
    for (const row of group.rows) {
      placed[row] = isPositive(row) ? below / negatives : above / positives;
    }
    sum += group.positives * below;
    positivesAbove += group.positives;
    negativesAbove += own;
  }
  const value = sum / (positives * negatives);
  const influence = placed.map(
    (share, row) => (rows / (isPositive(row) ? positives : negatives)) * (share - value),
  );
  return { value, influence };
}

/**
 * Average precision Σ P(sᵢ) / n₁ over the positive rows, P(s) the precision among scores from s on,
 * of which B(s) is the share of all rows. To first order row j adds its own term,
 * n/n₁ (P(sⱼ) − AP) where it is positive, and changes the precision at each positive row i that does
 * not score higher, by (yⱼ − P(sᵢ)) / (n₁ B(sᵢ)).
 */
function averagePrecision(
  { groups, isPositive, positives }: Ranked,
  rows: number,
): Estimate | null {
  const precisions: { readonly precision: number; readonly share: number }[] = [];
  let counted = 0;
  let hits = 0;
  let value = 0;
  for (const group of groups) {
    counted += group.rows.length;
    hits += group.positives;
    const precision = hits / counted;
    precisions.push({ precision, share: counted / rows });
    value += (group.positives * precision) / positives;
  }
  const influence = new Float64Array(rows);
  // From the lowest score up: what a row does to those that do not score higher than it.
  let perHit = 0;
  let perRow = 0;
  for (const [index, group] of [...groups.entries()].reverse()) {
    const { precision, share } = precisions[index] ?? { precision: 0, share: 1 };
    perHit += group.positives / share;
    perRow += (group.positives * precision) / share;
    for (const row of group.rows) {
      const own = isPositive(row) ? (rows / positives) * (precision - value) : 0;
      influence[row] = own + ((isPositive(row) ? perHit : 0) - perRow) / positives;
    }
  }
  return { value, influence };
}
