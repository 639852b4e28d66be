import type { LabelledRows } from '../../../models/rollout/index.js';
import type { Random } from './simulated-arms.js';

/** Labelled rows of a regression whose errors have a long tail. */
export function measured(random: Random, rows: number): LabelledRows {
  const labels = new Float64Array(rows);
  const predictions = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const label = 10 * random();
    const sign = random() < 0.5 ? -1 : 1;
    labels[row] = label;
    predictions[row] = label - sign * Math.log(1 - random());
  }
  return { labels, predictions, probabilities: new Float64Array(0) };
}

/**
 * Labelled rows of a classification; the first class is the most frequent.
 *
 * @param skill - how far the model's scores follow the truth: 0 not at all
 */
export function classified(
  random: Random,
  rows: number,
  classes: number,
  skill = 0.7,
): LabelledRows {
  const labels = new Float64Array(rows);
  const predictions = new Float64Array(rows);
  const probabilities = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row += 1) {
    const label = random() < 0.4 ? 0 : Math.floor(random() * classes);
    const scores = Array.from({ length: classes }, (_, index) =>
      Math.exp((index === label ? skill : 0) + 2 * random()),
    );
    const sum = scores.reduce((one, other) => one + other, 0);
    labels[row] = label;
    predictions[row] = scores.indexOf(Math.max(...scores));
    scores.forEach((score, index) => {
      probabilities[row * classes + index] = score / sum;
    });
  }
  return { labels, predictions, probabilities };
}
