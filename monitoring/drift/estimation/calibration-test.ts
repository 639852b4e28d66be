import { expectedCalibrationError, reliabilityCurve } from '../performance/reliability.js';
import { chiSquaredSurvival } from '../special/regularised-gamma.js';

/** How far probabilities are from what came of the rows. */
export interface CalibrationFit {
  /** Expected calibration error, in [0, 1]. */
  readonly error: number;
  /** Hosmer–Lemeshow p-value on the same bins; small where the probabilities are wrong. */
  readonly pValue: number;
}

/**
 * Compares probabilities with outcomes over the bins of the reliability curve.
 *
 * H = Σ (O − E)² / (E (1 − E / n)), with n the rows of a bin, E the sum of their probabilities and O
 * the positive rows among them; chi-squared with as many degrees of freedom as bins, since the
 * probabilities were not fitted to these rows.
 *
 * @param outcomes - 1 for a positive row, 0 for a negative one; at least one
 * @param probabilities - in [0, 1], same length
 * @param leastVariance - of the positive rows of a bin. Probabilities that were learned from other
 * rows are never as certain as they say: where all of those were positive, half a row in doubt is
 * little to ask
 * @returns by default a bin that was certain and wrong gives p-value 0
 * @see D. W. Hosmer, S. Lemeshow, Goodness of Fit Tests for the Multiple Logistic Regression Model, 1980
 */
export function testCalibration(
  outcomes: ArrayLike<number>,
  probabilities: Float64Array,
  leastVariance = 0,
): CalibrationFit {
  const curve = reliabilityCurve(probabilities, outcomes);
  const error = expectedCalibrationError(probabilities, outcomes) ?? 0;
  let statistic = 0;
  for (const { rows, meanProbability, observed } of curve) {
    const difference = Math.abs((observed.value ?? 0) - meanProbability) * rows;
    const variance = Math.max(leastVariance, rows * meanProbability * (1 - meanProbability));
    if (variance > 0) statistic += difference ** 2 / variance;
    // What is left of rounding is no miss.
    else if (difference > 1e-9 * rows) return { error, pValue: 0 };
  }
  return { error, pValue: chiSquaredSurvival(statistic, curve.length) };
}
