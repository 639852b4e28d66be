import type { MonitorSpec, WindowMeasurement } from '../../../contracts/index.js';
import { type Finding, percent } from './finding.js';
import { errorsRose, labelDrift, movedLabels } from './label-findings.js';
import { movedPredictions, regressionAgainstPrevious } from './version-findings.js';

/** Rule 6: what a person should look at, signals that contradict each other or name no cause. */
export function unknown(measurement: WindowMeasurement, spec: MonitorSpec): Finding | null {
  const reason =
    unclearRegression(measurement, spec) ?? fewColumns(measurement) ?? answersMoved(measurement);
  return reason === null ? null : { kind: 'unknown', rule: 6, reason };
}

function unclearRegression(measurement: WindowMeasurement, spec: MonitorSpec): string | null {
  const regression = regressionAgainstPrevious(measurement, spec);
  if (regression === null) return null;
  const moved = measurement.inputsSinceDeploy;
  const why =
    moved === null || moved.verdict === 'insufficient'
      ? 'there are too few windows before the deploy to tell whether inputs moved'
      : `inputs moved too (${percent(moved.share ?? 0)} of columns)`;
  return `${regression}, but ${why}`;
}

function fewColumns(measurement: WindowMeasurement): string | null {
  const predictions = movedPredictions(measurement);
  const { featureDrift } = measurement;
  if (predictions === null || featureDrift?.verdict !== 'no-drift') return null;
  const { driftedColumns, measuredColumns, threshold } = featureDrift;
  if (driftedColumns.length === 0) return null;
  return `${predictions} while only ${driftedColumns.length} of ${measuredColumns} columns did (limit ${percent(threshold)})`;
}

function answersMoved(measurement: WindowMeasurement): string | null {
  const labels = movedLabels(measurement);
  if (labels === null || errorsRose(measurement) || labelDrift(measurement) !== null) return null;
  return `${labels}, and the model answers the same label otherwise, but no loss is seen`;
}
