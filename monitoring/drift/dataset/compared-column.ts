import type { ColumnDrift, DriftColumnKind } from '../../../contracts/index.js';
import { findMeasure } from '../univariate/registry.js';

/**
 * One column of two data sets compared, before the p-values of all columns are corrected together.
 *
 * However it came about (in memory, from counts that were streamed, from a stored profile), the
 * verdict is `decideColumns`' alone. `pValue: null` means that it could not be measured: its verdict
 * will be `insufficient`, and `note` says why. `effect.threshold` is the measure's own default; the
 * caller's options replace it when the verdict is taken.
 */
export type ComparedColumn = Omit<ColumnDrift, 'adjustedPValue' | 'alpha' | 'verdict'>;

/** What is known of a column's rows before it is compared. */
export interface ColumnRows {
  /** Rows whose value is there. */
  readonly referenceRows: number;
  readonly currentRows: number;
  readonly referenceMissing: number;
  readonly currentMissing: number;
}

export interface ColumnIdentity extends ColumnRows {
  readonly name: string;
  readonly kind: DriftColumnKind;
}

/**
 * A column that cannot be measured.
 *
 * @param test - the measure that would have compared it
 * @param note - one sentence: why not
 */
export function unmeasuredColumn(
  column: ColumnIdentity,
  test: string,
  note: string,
): ComparedColumn {
  const { effectMeasure, smallestEffect } = findMeasure(test);
  return {
    name: column.name,
    kind: column.kind,
    test,
    statistic: null,
    pValue: null,
    effect: { measure: effectMeasure, value: null, threshold: smallestEffect },
    referenceRows: column.referenceRows,
    currentRows: column.currentRows,
    referenceMissing: column.referenceMissing,
    currentMissing: column.currentMissing,
    note,
    shift: null,
  };
}

/** Fewer rows with a value than this, on either side, are no sample: `insufficient`. */
export const DEFAULT_MIN_ROWS = 30;

/**
 * Why a column has too few rows to be compared, or `null` where it has enough.
 *
 * @example
 * whyTooFewRows({ referenceRows: 40, currentRows: 0, referenceMissing: 0, currentMissing: 9 }, 30);
 * // 'no value in the current data'
 */
export function whyTooFewRows(rows: ColumnRows, minRows: number): string | null {
  const { referenceRows, currentRows } = rows;
  if (referenceRows === 0 && currentRows === 0) return 'no value on either side';
  if (referenceRows === 0) return 'no value in the reference';
  if (currentRows === 0) return 'no value in the current data';
  if (Math.min(referenceRows, currentRows) >= minRows) return null;
  return `${minRows} values are needed on each side: the reference has ${referenceRows}, the current data ${currentRows}`;
}
