import type { RowRange } from './chunks.js';
import type { ClassCalibration } from './class-calibration.js';
import type { EstimatedClassificationMetric } from './estimated-metric.js';
import { fewReferenceChunks, fewRows, missingRows } from './scarcity.js';
import type { PerformanceThresholds } from './thresholds.js';
import type { InvalidityReason } from './validity.js';

/** Rows of a class that a metric about it needs, as expected counts do (Cochran's rule). */
const SMALLEST_CLASS = 5;
/** A calibration fails when it is off for certain and by more than this. */
const CALIBRATION_ERROR = 0.02;
const CALIBRATION_ALPHA = 0.01;
/** A ranking this much below one half is no accident of the sample. */
const WORSE_THAN_CHANCE = 0.45;

/** What in the reference speaks against every estimate that is made with it. */
export function confidenceReasons(reference: {
  readonly labels: ArrayLike<number>;
  readonly calibrations: readonly ClassCalibration[];
  readonly classes: readonly (string | number | boolean)[];
  readonly thresholds: PerformanceThresholds;
  /** Rows without label, prediction or probability. */
  readonly left: number;
  /** ROC AUC of two classes; `null` where it is not defined. */
  readonly ranking: number | null;
}): readonly InvalidityReason[] {
  const { labels, calibrations, classes, thresholds, left, ranking } = reference;
  const reasons: InvalidityReason[] = [
    ...fewRows(labels.length, 'labelled rows in the reference'),
    ...missingRows(left, left + labels.length, 'the reference'),
    ...fewReferenceChunks(thresholds),
  ];
  const present = new Set(Array.from(labels));
  if (present.size < 2) {
    const only = classes[labels[0] ?? 0];
    reasons.push({
      code: 'single-class',
      message: `every label of the reference is ${String(only)}: it says nothing about the others`,
    });
  }
  for (const { index, calibrator } of calibrations) {
    const { error, pValue } =
      (calibrator.method === 'isotonic' ? calibrator.after : null) ?? calibrator.before;
    if (pValue >= CALIBRATION_ALPHA || error <= CALIBRATION_ERROR) continue;
    reasons.push({
      code: 'calibration',
      message: `probabilities of ${String(classes[index])} are off by ${error.toPrecision(2)} on the reference itself (Hosmer–Lemeshow p ${pValue.toPrecision(2)})`,
    });
  }
  if (ranking !== null && ranking < WORSE_THAN_CHANCE) {
    reasons.push({
      code: 'worse-than-chance',
      message: `ROC AUC on the reference is ${ranking.toPrecision(3)}: the positive class may be the other one than ${String(classes[1])}`,
    });
  }
  return reasons;
}

/** What is too scarce in a chunk for the metric to mean something. */
export function scarceRows(
  metric: EstimatedClassificationMetric,
  { start, end }: RowRange,
  rows: number,
  probabilities: Float64Array,
  width: number,
  defined: boolean,
): readonly InvalidityReason[] {
  const reasons = [
    ...fewRows(rows, 'complete rows'),
    ...missingRows(end - start - rows, end - start, 'the chunk'),
  ];
  if (!defined) {
    const message = 'the metric is not defined on these rows';
    return [...reasons, { code: 'undefined', message }];
  }
  if (metric.of === 'correct-rows') return reasons;
  let smallest = rows;
  const ranks = !metric.usesPredictions;
  for (let index = width === 2 ? 1 : 0; index < width; index += 1) {
    let expected = 0;
    for (let row = 0; row < rows; row += 1) expected += probabilities[row * width + index] ?? 0;
    smallest = Math.min(smallest, expected, ranks ? rows - expected : rows);
  }
  if (smallest >= SMALLEST_CLASS) return reasons;
  const message = `a class is expected to have ${smallest.toPrecision(2)} rows, and ${SMALLEST_CLASS} are the least`;
  return [...reasons, { code: 'few-rows', message }];
}
