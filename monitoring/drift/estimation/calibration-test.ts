import { chiSquaredSurvival } from '../special/regularised-gamma.js';

const BINS = 10;

/** How far probabilities are from what came of the rows. */
export interface CalibrationFit {
  /**
   * Expected calibration error over bins of equal row counts, Σ (rows / all) · |observed share −
   * mean probability|, in [0, 1]. Perfect probabilities give about √(p(1 − p) · bins / rows), not 0.
   */
  readonly error: number;
  /** Hosmer–Lemeshow p-value on the same bins; small where the probabilities are wrong. */
  readonly pValue: number;
}

/**
 * Compares probabilities with outcomes over ten bins of about equal row counts; rows of one
 * probability share a bin.
 *
 * H = Σ (O − E)² / (E (1 − E / n)), with n the rows of a bin, E the sum of their probabilities and O
 * the positive rows among them; chi-squared with as many degrees of freedom as bins, since the
 * probabilities were not fitted to these rows.
 *
 * @param outcomes - 1 for a positive row, 0 for a negative one; at least one
 * @param probabilities - in [0, 1], same length
 * @returns a bin that was certain and wrong gives p-value 0
 * @see D. W. Hosmer, S. Lemeshow, Goodness of Fit Tests for the Multiple Logistic Regression Model, 1980
 */
export function testCalibration(
  outcomes: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): CalibrationFit {
  const rows = probabilities.length;
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  order.sort((a, b) => (probabilities[a] ?? 0) - (probabilities[b] ?? 0));
  const at = (place: number) => probabilities[order[place] ?? 0] ?? 0;
  let [distance, statistic, bins] = [0, 0, 0];
  for (let start = 0; start < rows; bins += 1) {
    const wanted = Math.ceil(((bins + 1) * rows) / BINS);
    let end = Math.min(rows, Math.max(start + 1, wanted));
    while (end < rows && at(end) === at(end - 1)) end += 1;
    let [expected, observed] = [0, 0];
    for (let place = start; place < end; place += 1) {
      expected += at(place);
      observed += outcomes[order[place] ?? 0] ?? 0;
    }
    const difference = Math.abs(observed - expected);
    distance += difference;
    const variance = expected * (1 - expected / (end - start));
    if (variance > 0) statistic += difference ** 2 / variance;
    else if (difference > 0) statistic = Number.POSITIVE_INFINITY;
    start = end;
  }
  const pValue = statistic === Number.POSITIVE_INFINITY ? 0 : chiSquaredSurvival(statistic, bins);
  return { error: rows === 0 ? 0 : distance / rows, pValue };
}
