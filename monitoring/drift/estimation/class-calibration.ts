import { type Calibrator, calibrate } from './calibrate.js';
import { type CalibrationDoubt, calibrationDoubt, shareSpread } from './calibration-doubt.js';

/** How the probabilities of one class against the rest are corrected. */
export interface ClassCalibration {
  /** Index of the class. */
  readonly index: number;
  readonly calibrator: Calibrator;
  readonly doubt: CalibrationDoubt;
  /** Smallest and largest score of the reference. */
  readonly range: readonly [number, number];
}

/**
 * Calibrates the classes of a labelled reference: of two classes the second (the first is what is
 * left), of more each against the rest.
 *
 * @param labels - index of each row's class; at least one row
 * @param probabilities - row by row, `width` entries each
 */
export function calibrateClasses(
  labels: ArrayLike<number>,
  probabilities: Float64Array,
  width: number,
  seed: number,
): readonly ClassCalibration[] {
  const indexes = width === 2 ? [1] : Array.from({ length: width }, (_, index) => index);
  return indexes.map((index) => {
    const scores = columnOf(probabilities, width, index);
    const outcomes = Uint8Array.from(scores, (_, row) => (labels[row] === index ? 1 : 0));
    return {
      index,
      calibrator: calibrate(outcomes, scores, seed),
      doubt: calibrationDoubt(scores, outcomes, shareSpread),
      range: scores.reduce(
        ([least, most], score) => [Math.min(least, score), Math.max(most, score)] as const,
        [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as readonly [number, number],
      ),
    };
  });
}

/** Calibrated probabilities, row by row; each row sums to 1. */
export function calibratedProbabilities(
  calibrations: readonly ClassCalibration[],
  probabilities: Float64Array,
  width: number,
): Float64Array {
  const calibrated = new Float64Array(probabilities.length);
  const rows = probabilities.length / width;
  for (let row = 0; row < rows; row += 1) {
    let sum = 0;
    for (const { index, calibrator } of calibrations) {
      const p = calibrator.apply(probabilities[row * width + index] ?? 0);
      calibrated[row * width + index] = p;
      sum += p;
    }
    if (width === 2) calibrated[row * width] = 1 - sum;
    else spreadOut(calibrated.subarray(row * width, (row + 1) * width), sum);
  }
  return calibrated;
}

/** Classes are calibrated one by one: together they must be one again. */
function spreadOut(row: Float64Array, sum: number): void {
  if (sum > 0) for (let i = 0; i < row.length; i += 1) row[i] = (row[i] ?? 0) / sum;
  else row.fill(1 / row.length);
}

/** One class's entries of a row-by-row matrix. */
export function columnOf(matrix: Float64Array, width: number, index: number): Float64Array {
  return Float64Array.from(
    { length: matrix.length / width },
    (_, row) => matrix[row * width + index] ?? Number.NaN,
  );
}
