import type { BoundsByColumn } from './column-bounds.js';

export interface OutlierOptions {
  /**
   * Share of rows like the reference's that may be called outliers, in (0, 0.5); default 0.01. Not
   * for `column-bounds`.
   */
  readonly rate?: number;
  /** Of every draw, a whole number; default 1. */
  readonly seed?: number;
  /** For `column-bounds`: instead of fences from the reference, for the columns named. */
  readonly bounds?: BoundsByColumn;
  /** For `column-bounds`: interquartile ranges beyond the quartiles, ≥ 0; default 3. */
  readonly fences?: number;
}

export const DEFAULT_OUTLIER_RATE = 0.01;

/** @throws RangeError that names the option, what it was and what is right */
export function checkOutlierOptions({ rate, seed }: OutlierOptions): void {
  if (rate !== undefined && !(rate > 0 && rate < 0.5)) {
    throw new RangeError(`rate is above 0 and below 0.5, not ${rate}`);
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    throw new RangeError(`seed is a whole number, not ${seed}`);
  }
}
