import type { Detector, DetectorOptionValues } from '../../monitoring/drift/streaming/index.js';
import type { DetectColumn } from './detect-column.js';

/** What `millrace detect --json` prints. Rows are counted from 0, without a header. */
export interface DetectDocument {
  readonly detector: string;
  readonly options: DetectorOptionValues;
  /** Values that the detector was given. */
  readonly n: number;
  /** Rows without a value, passed over. */
  readonly missing: number;
  /** Values of earlier files, where the detector was resumed. */
  readonly before: number;
  readonly warnings: readonly number[];
  readonly drifts: readonly number[];
  /** For each drift the first row after the change, as the detector estimates it. */
  readonly changes: readonly number[];
  /** With a time column: what it has in the rows of `drifts`. */
  readonly driftTimes?: readonly (string | null)[];
}

/**
 * Runs a detector over a column.
 *
 * @param detector - left in the state that it has after the last value
 */
export function detect(detector: Detector, column: DetectColumn, timed: boolean): DetectDocument {
  const before = detector.seen;
  const [warnings, drifts, changes]: [number[], number[], number[]] = [[], [], []];
  const { values, rowOf } = column;
  for (let i = 0; i < values.length; i += 1) {
    const { warning, drift } = detector.update(values[i] ?? 0);
    if (warning) warnings.push(rowOf[i] ?? i);
    if (!drift) continue;
    drifts.push(rowOf[i] ?? i);
    // A change may have begun in an earlier file.
    const first = Math.max(0, i + 1 - (detector.sinceChange ?? 1));
    changes.push(rowOf[first] ?? first);
  }
  return {
    detector: detector.name,
    options: detector.options,
    n: values.length,
    missing: column.missing,
    before,
    warnings,
    drifts,
    changes,
    ...(timed ? { driftTimes: drifts.map(column.timeOf) } : {}),
  };
}
