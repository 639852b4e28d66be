import type { Measure } from '../univariate/measure.js';
import { DEFAULT_MIN_ROWS } from './compared-column.js';
import { DEFAULT_SEED } from './resampling/calibrated-threshold.js';

/** How one column is compared. */
export interface ColumnOptions {
  /** The test or distance asked for; where it cannot take a column, the automatic choice does. */
  readonly measure?: Measure | undefined;
  /** Rows with a value needed on each side, ≥ 2; default {@link DEFAULT_MIN_ROWS}. */
  readonly minRows?: number;
  /** Of resampling; default 1. */
  readonly seed?: number;
}

export interface ResolvedColumnOptions {
  readonly measure: Measure | null;
  readonly minRows: number;
  readonly seed: number;
}

/** @throws RangeError where an option is out of range */
export function resolveColumnOptions(options: ColumnOptions): ResolvedColumnOptions {
  const { measure = null, minRows = DEFAULT_MIN_ROWS, seed = DEFAULT_SEED } = options;
  if (!(Number.isInteger(minRows) && minRows >= 2)) {
    throw new RangeError(`minRows must be a whole number ≥ 2, not ${minRows}`);
  }
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a whole number, not ${seed}`);
  return { measure, minRows, seed };
}
