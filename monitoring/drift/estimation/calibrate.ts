import { seededRandom } from '../samples/seeded-random.js';
import { shuffle } from '../samples/shuffle.js';
import { type CalibrationFit, testCalibration } from './calibration-test.js';
import { type IsotonicFit, isotonicAt, isotonicRegression } from './isotonic-regression.js';

const FOLDS = 5;

/** Of a bin of probabilities that isotonic regression learned: half a row, at even odds. */
const LEAST_VARIANCE = 0.5;

/** A map from scores to probabilities, and why it was chosen. */
export interface Calibrator {
  /** `none` where isotonic regression would not lower the calibration error. */
  readonly method: 'isotonic' | 'none';
  /** Of the scores as they came. */
  readonly before: CalibrationFit;
  /** Of out-of-fold calibrated scores; `null` where the rows or classes are too few for folds. */
  readonly after: CalibrationFit | null;
  /** @returns in [0, 1]; NaN for NaN */
  readonly apply: (score: number) => number;
}

/**
 * Learns on labelled rows what a score is worth as a probability. Isotonic regression is used where
 * it lowers the expected calibration error on rows that it was not fitted to (five folds, stratified
 * by outcome), and then fitted to all rows; otherwise scores pass unchanged.
 *
 * @param outcomes - 1 for a positive row, 0 for a negative one; at least one
 * @param scores - in [0, 1], same length
 * @param seed - deals rows into folds
 * @see B. Zadrozny, C. Elkan, Transforming Classifier Scores into Accurate Multiclass Probability
 * Estimates, 2002
 */
export function calibrate(
  outcomes: ArrayLike<number>,
  scores: Float64Array,
  seed: number,
): Calibrator {
  const before = testCalibration(outcomes, scores);
  const outOfFold = outOfFoldProbabilities(outcomes, scores, seed);
  const after = outOfFold === null ? null : testCalibration(outcomes, outOfFold, LEAST_VARIANCE);
  if (after === null || after.error >= before.error) {
    return { method: 'none', before, after, apply: (score) => score };
  }
  const fit = isotonicRegression(scores, outcomes);
  return { method: 'isotonic', before, after, apply: (score) => isotonicAt(fit, score) };
}

/** `null` where a fold would be left without one of the outcomes. */
function outOfFoldProbabilities(
  outcomes: ArrayLike<number>,
  scores: ArrayLike<number>,
  seed: number,
): Float64Array | null {
  const fold = dealFolds(outcomes, seed);
  if (fold === null) return null;
  const fits: IsotonicFit[] = [];
  for (let held = 0; held < FOLDS; held += 1) {
    const rows: number[] = [];
    for (let row = 0; row < fold.length; row += 1) if (fold[row] !== held) rows.push(row);
    fits.push(
      isotonicRegression(
        Float64Array.from(rows, (row) => scores[row] ?? 0),
        Float64Array.from(rows, (row) => outcomes[row] ?? 0),
      ),
    );
  }
  return Float64Array.from(fold, (held, row) => {
    const fit = fits[held];
    return fit === undefined ? 0 : isotonicAt(fit, scores[row] ?? 0);
  });
}

function dealFolds(outcomes: ArrayLike<number>, seed: number): Uint8Array | null {
  const random = seededRandom(seed);
  const byOutcome: [number[], number[]] = [[], []];
  for (let row = 0; row < outcomes.length; row += 1) {
    byOutcome[outcomes[row] === 1 ? 1 : 0].push(row);
  }
  if (byOutcome.some((rows) => rows.length < FOLDS)) return null;
  const fold = new Uint8Array(outcomes.length);
  for (const rows of byOutcome) {
    // Each fold has the same share of every outcome, in random places.
    shuffle(rows, random);
    for (const [place, row] of rows.entries()) fold[row] = place % FOLDS;
  }
  return fold;
}
