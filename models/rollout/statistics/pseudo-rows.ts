import type { LabelledRows } from './estimate.js';

/** Of rows that both arms answered, one arm is right where the other is wrong. */
export type PseudoOrder = 'rightFirst' | 'wrongFirst';

/**
 * Adds to the rows of an arm one that is right and one that is wrong: of a classification of each class,
 * of a regression as wrong as any row of both arms is.
 */
export function pseudoRowsOf(arms: {
  readonly champion: LabelledRows;
  readonly challenger: LabelledRows;
  readonly classes: number;
}): (rows: LabelledRows, order: PseudoOrder) => LabelledRows {
  if (arms.classes > 0) return (rows, order) => withClasses(rows, arms.classes, order);
  const off = farthestOff(arms.champion, arms.challenger);
  return (rows, order) => withNumbers(rows, off, order);
}

function withNumbers(
  { labels, predictions, probabilities }: LabelledRows,
  off: number,
  order: PseudoOrder,
): LabelledRows {
  // A label that the others lie about: they explain as much of each other as before.
  const label = labels.reduce((sum, value) => sum + value, 0) / Math.max(1, labels.length);
  const said = order === 'rightFirst' ? [label, label + off] : [label + off, label];
  return {
    labels: joined(labels, [label, label]),
    predictions: joined(predictions, said),
    probabilities,
  };
}

/** Where no row is wrong: as far as the labels are from each other, which a model that guesses would be. */
function farthestOff(...arms: readonly LabelledRows[]): number {
  let off = 0;
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { labels, predictions } of arms) {
    labels.forEach((label, row) => {
      off = Math.max(off, Math.abs(label - (predictions[row] ?? label)));
      least = Math.min(least, label);
      greatest = Math.max(greatest, label);
    });
  }
  if (off > 0) return off;
  return greatest > least ? greatest - least : 1;
}

function withClasses(rows: LabelledRows, classes: number, order: PseudoOrder): LabelledRows {
  const labels: number[] = [];
  const predictions: number[] = [];
  const probabilities: number[] = [];
  for (let label = 0; label < classes; label += 1) {
    const wrong = (label + 1) % classes;
    for (const said of order === 'rightFirst' ? [label, wrong] : [wrong, label]) {
      labels.push(label);
      predictions.push(said);
      for (let index = 0; index < classes; index += 1) probabilities.push(index === said ? 1 : 0);
    }
  }
  return {
    labels: joined(rows.labels, labels),
    predictions: joined(rows.predictions, predictions),
    probabilities: joined(rows.probabilities, probabilities),
  };
}

function joined(one: Float64Array, more: readonly number[]): Float64Array {
  const all = new Float64Array(one.length + more.length);
  all.set(one);
  all.set(more, one.length);
  return all;
}
