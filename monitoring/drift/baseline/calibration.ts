import { studentQuantile } from '../special/student-quantile.js';
import { LARGEST_JENSEN_SHANNON_DISTANCE } from '../univariate/jensen-shannon.js';
import type { CalibratedMeasure, Calibration } from './profile.js';

/** Fewer windows than this say too little about their spread. */
export const MIN_CALIBRATION_WINDOWS = 8;

const SIGMAS = 3;

/** Chance of a normal number within its mean + 3σ. */
const SHARE_WITHIN = 0.99865;

/**
 * How many standard deviations of so many windows the next one stays within, as often as a normal
 * number stays within 3: the prediction interval t(w − 1, .99865) · √(1 + 1/w). Of eight windows
 * neither mean nor deviation is known well: 4.8 instead of 3.
 *
 * @param windows - ≥ 2
 * @example predictionSigmas(26); // 3.38
 * @see G. J. Hahn, W. Q. Meeker, Statistical Intervals, 1991, 4.8
 */
export function predictionSigmas(windows: number): number {
  return studentQuantile(SHARE_WITHIN, windows - 1) * Math.sqrt(1 + 1 / windows);
}

const LARGEST: { readonly [measure in CalibratedMeasure]: number } = {
  'kolmogorov-smirnov': 1,
  'jensen-shannon': LARGEST_JENSEN_SHANNON_DISTANCE,
};

/** Of two to seven windows the spread is hardly known: it is taken as at least mean / 2. */
const FEW_WINDOWS_SPREAD = 0.5;

/**
 * Normal range of a statistic.
 *
 * With {@link MIN_CALIBRATION_WINDOWS} windows or more: mean + {@link predictionSigmas} · σ of each
 * window against the rest of the reference, but at most halfway from the largest of them to the most that the measure can be:
 * near that end there is no room for three σ, and a threshold that nothing can pass is none. With
 * fewer windows: mean + 3σ of resamples of the reference, method `resampled`; but never below what
 * the few windows show among themselves, since resampled rows know nothing of time.
 *
 * @param ofWindows - the statistic of each reference window against the rest
 * @param ofResamples - called only where the windows are too few: statistics of resamples
 * @param rows - rows that windows and resamples have
 */
export function calibrate(
  measure: CalibratedMeasure,
  ofWindows: readonly number[],
  ofResamples: () => readonly number[],
  rows: number,
): Calibration {
  const windows = ofWindows.length;
  const own = meanAndDeviation(ofWindows);
  if (windows >= MIN_CALIBRATION_WINDOWS) {
    const room = halfway(Math.max(...ofWindows), measure);
    const threshold = Math.min(own.mean + predictionSigmas(windows) * own.standardDeviation, room);
    return { measure, method: 'reference-windows', windows, rows, ...own, threshold };
  }
  const resampled = meanAndDeviation(ofResamples());
  const spread = Math.max(own.standardDeviation, own.mean * FEW_WINDOWS_SPREAD);
  const threshold = Math.max(
    resampled.mean + SIGMAS * resampled.standardDeviation,
    windows >= 2
      ? Math.min(own.mean + SIGMAS * spread, halfway(Math.max(...ofWindows), measure))
      : 0,
  );
  return { measure, method: 'resampled', windows, rows, ...resampled, threshold };
}

/**
 * The threshold for a window of `rows` rows. Sampling noise falls with √rows: a smaller window than
 * the calibration's is given more room. A larger one is given less only where the range is sampling
 * noise and nothing else.
 *
 */
export function thresholdAt(calibration: Calibration, rows: number): number {
  const factor = Math.sqrt(calibration.rows / Math.max(1, rows));
  const noiseAlone = calibration.method === 'resampled' && calibration.windows < 2;
  if (factor < 1) return calibration.threshold * (noiseAlone ? factor : 1);
  const room = halfway(calibration.threshold, calibration.measure);
  return Math.min(calibration.threshold * factor, room);
}

function halfway(from: number, measure: CalibratedMeasure): number {
  return (from + LARGEST[measure]) / 2;
}

function meanAndDeviation(values: readonly number[]): {
  readonly mean: number;
  readonly standardDeviation: number;
} {
  if (values.length === 0) return { mean: 0, standardDeviation: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { mean, standardDeviation: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardDeviation: Math.sqrt(squares / (values.length - 1)) };
}
