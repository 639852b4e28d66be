import type { NamedColumn } from '../multivariate/method-data.js';
import { finite, sortedPresent } from '../samples/column-values.js';
import { interpolatedQuantile } from '../samples/interpolated-quantile.js';

/** What a column's values should lie between, ends included. */
export interface ColumnBounds {
  readonly low: number;
  readonly high: number;
  /** In which an excess is measured, > 0: the interquartile range where there is one. */
  readonly unit: number;
}

export type BoundsByColumn = { readonly [column: string]: ColumnBounds };

/** Interquartile ranges beyond the quartiles: Tukey's "far out". */
export const TUKEY_FENCES = 3;

/**
 * Tukey's fences: [q₁ − k (q₃ − q₁), q₃ + k (q₃ − q₁)]. Where the quartiles are equal, the smallest
 * and the largest value instead: half of the rows being 0 does not make the rest outliers.
 *
 * @param quantiles - of the reference, from the data or a stored profile
 * @param fences - k ≥ 0
 * @throws RangeError when a number is not finite, they are not ascending or k is below 0
 * @example boundsFromQuantiles({ min: 0, lower: 2, upper: 4, max: 9 }); // { low: -4, high: 10, unit: 2 }
 * @see J. W. Tukey, Exploratory Data Analysis, 1977
 */
export function boundsFromQuantiles(
  quantiles: {
    readonly min: number;
    /** First quartile. */
    readonly lower: number;
    /** Third quartile. */
    readonly upper: number;
    readonly max: number;
  },
  fences = TUKEY_FENCES,
): ColumnBounds {
  const { min, lower, upper, max } = quantiles;
  const ascending = min <= lower && lower <= upper && upper <= max;
  if (!ascending || ![min, max].every(Number.isFinite)) {
    throw new RangeError(
      `quantiles are finite and ascending, not ${min}, ${lower}, ${upper}, ${max}`,
    );
  }
  if (!(fences >= 0)) throw new RangeError(`fences are ≥ 0, not ${fences}`);
  const unit = upper - lower;
  if (unit > 0 && Number.isFinite(unit)) {
    return { low: finite(lower - fences * unit), high: finite(upper + fences * unit), unit };
  }
  const spread = max - min;
  return { low: min, high: max, unit: spread > 0 ? finite(spread) : Math.abs(max) || 1 };
}

/** {@link boundsFromQuantiles} of a column's numbers; `null` where there is none. */
export function boundsOf(values: Float64Array, fences = TUKEY_FENCES): ColumnBounds | null {
  const sorted = sortedPresent(values.filter((value) => Math.abs(value) !== Infinity));
  if (sorted.length === 0) return null;
  const at = (share: number) => interpolatedQuantile(sorted, share);
  const [min, max] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  return boundsFromQuantiles({ min, lower: at(0.25), upper: at(0.75), max }, fences);
}

/**
 * How far each row lies outside, in its worst column: 0 inside of all bounds, else the excess in the
 * column's units. Missing values are inside.
 *
 * @returns one number a row
 */
export function excessOfRows(
  columns: readonly NamedColumn[],
  bounds: BoundsByColumn,
  rows: number,
): Float64Array {
  const excess = new Float64Array(rows);
  for (const { name, column } of columns) {
    const allowed = bounds[name];
    if (column.kind !== 'numeric' || allowed === undefined) continue;
    const { low, high, unit } = allowed;
    for (let i = 0; i < rows; i += 1) {
      const value = column.values[i] ?? Number.NaN;
      const outside = Math.max(low - value, value - high) / unit;
      if (outside > (excess[i] ?? 0)) excess[i] = finite(outside);
    }
  }
  return excess;
}
