import { doubtVariance } from './calibration-doubt.js';
import { type ClassCalibration, columnOf } from './class-calibration.js';
import type { EstimatedClassificationMetric } from './estimated-metric.js';
import { type ExpectedMetric, samplingError } from './expected-metric.js';

/** Rows with nothing missing. */
export interface CompleteRows {
  readonly width: number;
  /** Index of the class that the model said. */
  readonly predictions: ArrayLike<number>;
  /** As the model gave them, row by row, `width` entries each. */
  readonly scores: Float64Array;
  /** What they are worth. */
  readonly probabilities: Float64Array;
}

export interface ExpectedFigure {
  readonly value: number;
  /** Standard error: which rows and labels came, and how well the calibration is known. */
  readonly error: number;
}

/**
 * Expectation of a metric: of the positive class where there are two, else the plain mean over the
 * classes on which it is defined.
 *
 * @param calibrations - leave out where the probabilities are labels: nothing is in doubt then
 * @returns `null` where the metric is not defined
 */
export function expectClasses(
  metric: EstimatedClassificationMetric,
  rows: CompleteRows,
  calibrations: readonly ClassCalibration[] = [],
): ExpectedFigure | null {
  if (metric.of === 'correct-rows') return expectCorrectRows(metric, rows, calibrations);
  const { width } = rows;
  const indexes = width === 2 ? [1] : Array.from({ length: width }, (_, index) => index);
  const classes: ExpectedClass[] = [];
  for (const index of indexes) {
    const probabilities = columnOf(rows.probabilities, width, index);
    const predictions = Uint8Array.from(probabilities, (_, row) =>
      rows.predictions[row] === index ? 1 : 0,
    );
    const scores = columnOf(rows.scores, width, index);
    const expected = metric.expect({ probabilities, predictions, scores });
    if (expected !== null) classes.push({ index, probabilities, expected });
  }
  if (classes.length === 0) return null;
  const value = classes.reduce((sum, { expected }) => sum + expected.value, 0) / classes.length;
  let variance = macroVariance(classes);
  for (const { index, expected } of classes) {
    const calibration = calibrations.find((one) => one.index === index);
    if (calibration === undefined) continue;
    const derivatives = expected.ifPositive.map(
      (positive, row) => (positive - (expected.ifNegative[row] ?? 0)) / classes.length,
    );
    variance += doubtVariance(calibration.doubt, columnOf(rows.scores, width, index), derivatives);
  }
  return { value, error: Math.sqrt(variance) };
}

interface ExpectedClass {
  readonly index: number;
  readonly probabilities: Float64Array;
  readonly expected: ExpectedMetric;
}

/** Variance of the mean over classes; a row is of one class, so that their errors go together. */
function macroVariance(classes: readonly ExpectedClass[]): number {
  const [only] = classes;
  if (only === undefined) return 0;
  if (classes.length === 1) return samplingError(only, only.expected) ** 2;
  let variance = 0;
  for (let row = 0; row < only.probabilities.length; row += 1) {
    let ofNone = 0;
    for (const { expected } of classes) ofNone += expected.ifNegative[row] ?? 0;
    for (const { probabilities, expected } of classes) {
      const change = (expected.ifPositive[row] ?? 0) - (expected.ifNegative[row] ?? 0);
      variance += (probabilities[row] ?? 0) * ((ofNone + change) / classes.length) ** 2;
    }
  }
  return variance;
}

function expectCorrectRows(
  metric: EstimatedClassificationMetric,
  { width, predictions, scores, probabilities }: CompleteRows,
  calibrations: readonly ClassCalibration[],
): ExpectedFigure | null {
  const rows = probabilities.length / width;
  const correct = Float64Array.from(
    { length: rows },
    (_, row) => probabilities[row * width + (predictions[row] ?? 0)] ?? 0,
  );
  const expected = metric.expect({
    probabilities: correct,
    predictions: new Uint8Array(rows).fill(1),
    scores: correct,
  });
  if (expected === null) return null;
  let variance = samplingError({ probabilities: correct }, expected) ** 2;
  for (const { index, doubt } of calibrations) {
    // A row counts the class that was said; of two classes, the first is what the second leaves.
    const derivatives = correct.map((_, row) => {
      if (predictions[row] === index) return 1 / rows;
      return width === 2 ? -1 / rows : 0;
    });
    variance += doubtVariance(doubt, columnOf(scores, width, index), derivatives);
  }
  return { value: expected.value, error: Math.sqrt(variance) };
}
