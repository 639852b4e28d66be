import type { ColumnValues } from '../samples/column-values.js';
import type { ClassCalibration } from './class-calibration.js';
import type { InvalidityReason } from './validity.js';

/** More than this share of rows outside the reference speaks against an estimate. */
export const OUTSIDE_SHARE = 0.05;

/**
 * Rows of the analysis that lie where the reference has none: a number beyond its smallest or
 * largest, or a category that it never had. Missing values lie nowhere.
 *
 * @param reference - columns
 * @param analysis - the same columns in the same order, all of one length
 * @returns 1 for each such row
 * @throws RangeError when a column is of another kind than in the reference
 * @example rowsOutside([{ kind: 'numeric', values: Float64Array.of(1, 5) }], [{ kind: 'numeric', values: Float64Array.of(3, 9) }]); // [0, 1]
 */
export function rowsOutside(
  reference: readonly ColumnValues[],
  analysis: readonly ColumnValues[],
): Uint8Array {
  const outside = new Uint8Array(analysis[0]?.values.length ?? 0);
  for (const [index, column] of analysis.entries()) {
    const known = reference[index];
    if (known?.kind === 'numeric' && column.kind === 'numeric') {
      let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const value of known.values) {
        if (value < least) least = value;
        if (value > most) most = value;
      }
      for (let row = 0; row < outside.length; row += 1) {
        const value = column.values[row] ?? Number.NaN;
        if (value < least || value > most) outside[row] = 1;
      }
    } else if (known?.kind === 'categorical' && column.kind === 'categorical') {
      const categories = new Set(known.values);
      for (const [row, value] of column.values.entries()) {
        if (value !== null && !categories.has(value)) outside[row] = 1;
      }
    } else {
      throw new RangeError(`column ${index} is ${column.kind}, in the reference ${known?.kind}`);
    }
  }
  return outside;
}

/** How many rows lie where the reference has none, by their inputs or by their scores. */
export function unlikeReference(
  calibrations: readonly ClassCalibration[],
  scores: Float64Array,
  width: number,
  numbers: readonly number[],
  outside: ArrayLike<number> | undefined,
): number {
  return numbers.filter(
    (number, row) =>
      outside?.[number] === 1 ||
      calibrations.some(({ index, range: [least, most] }) => {
        const score = scores[row * width + index] ?? 0;
        return score < least || score > most;
      }),
  ).length;
}

/** A reason where too many rows are outside, else none. */
export function outsideReason(outside: number, rows: number): readonly InvalidityReason[] {
  const share = rows === 0 ? 0 : outside / rows;
  if (share <= OUTSIDE_SHARE) return [];
  const percent = Math.round(share * 1000) / 10;
  const message = `${percent} % of the rows lie where the reference has none: what holds there is not known`;
  return [{ code: 'outside-reference', message }];
}
