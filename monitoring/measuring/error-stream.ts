import type { ErrorMeasure, ModelManifest } from '../../contracts/index.js';
import { classIndexes } from '../../models/inference/metrics/index.js';
import { LOG_COLUMN } from '../../models/predictions/ports.js';
import type { Table } from '../../storage/tabular/table.js';
import { findDetector } from '../drift/index.js';
import { columnValues, eventTimes, requireColumn } from './table-columns.js';

/** One error a labelled row, in order of event time. */
export interface ErrorStream {
  readonly measure: ErrorMeasure;
  readonly timesMs: Float64Array;
  readonly errors: Float64Array;
  /** Mean error on the hold-out; `null` where the version was not evaluated, or it cannot be said. */
  readonly atRegistration: number | null;
}

/** One absurd label is a large error, not one that hides all that come after it. */
export const LARGEST_ERROR = 100;

/** A number that is off by more than so many mean errors counts as wrong: about one row in eight. */
export const LARGE_ERROR = 2;

/**
 * What a detector is fed with.
 *
 * - Classes: 1 where the answer is wrong, else 0.
 * - Numbers: |prediction − label| over the mean absolute error of the hold-out, at most
 *   {@link LARGEST_ERROR}: 1 is as at registration, whatever the label's unit. Detectors of errors or
 *   shares (DDM, EDDM, HDDM) take 1 where that is more than {@link LARGE_ERROR}, else 0.
 *
 * Without a mean error to divide by (never evaluated, or 0) the error stays in the label's unit.
 *
 * @param labelled - rows of the log with a usable label
 */
export function errorStream(
  labelled: Table,
  { task, evaluation, signature }: ModelManifest,
  detector: string,
): ErrorStream {
  const times = eventTimes(requireColumn(labelled, LOG_COLUMN.eventTime, 'the log'));
  const label = requireColumn(labelled, LOG_COLUMN.label, 'the log');
  const served = requireColumn(labelled, LOG_COLUMN.prediction, 'the log');
  if (task === 'classification') {
    const classes = signature.output.classes ?? [];
    const [actual, answers] = [classIndexes(label, classes), classIndexes(served, classes)];
    const errors = times.map((_, row) =>
      actual[row] !== -1 && actual[row] === answers[row] ? 0 : 1,
    );
    const { accuracy } = evaluation?.metrics ?? {};
    const atRegistration = accuracy === undefined ? null : 1 - accuracy;
    return { measure: 'wrong-class', ...finite(times, errors), atRegistration };
  }
  const [actual, answers] = [label, served].map((column) => columnValues(column, 'numeric').values);
  const unit = evaluation?.metrics['mae'] || null;
  const relative = times.map((_, row) => {
    const error = Math.abs(Number(answers?.[row]) - Number(actual?.[row]));
    return Math.min(LARGEST_ERROR, error / (unit ?? 1));
  });
  if (findDetector(detector).input === 'number') {
    const atRegistration = unit === null ? null : 1;
    return { measure: 'relative-error', ...finite(times, relative), atRegistration };
  }
  const { timesMs, errors } = finite(times, relative);
  const large = errors.map((error) => (error > LARGE_ERROR ? 1 : 0));
  return { measure: 'large-error', timesMs, errors: large, atRegistration: null };
}

/** A row whose prediction is missing has no error. */
function finite(
  times: Float64Array,
  errors: Float64Array,
): { readonly timesMs: Float64Array; readonly errors: Float64Array } {
  const hasError = (_: number, row: number): boolean => Number.isFinite(errors[row]);
  return { timesMs: times.filter(hasError), errors: errors.filter(hasError) };
}
