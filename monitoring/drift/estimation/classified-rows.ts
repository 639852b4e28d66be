import type { RowRange } from './chunks.js';

/** Rows that a classifier has answered. */
export interface ClassifiedRows {
  /** Index into the classes; NaN is missing. Not needed for `rocAuc` and `averagePrecision`. */
  readonly predictions?: ArrayLike<number>;
  /** Row by row, one entry a class, in [0, 1]; NaN is missing. */
  readonly probabilities: Float64Array;
  /** Index into the classes, −1 for a class that is not among them, NaN for none yet. */
  readonly labels?: ArrayLike<number>;
}

/**
 * @returns how many rows there are
 * @throws RangeError on lengths that do not fit, or a probability outside [0, 1]
 */
export function checkClassifiedRows(rows: ClassifiedRows, width: number, side: string): number {
  const { predictions, probabilities, labels } = rows;
  const count = probabilities.length / width;
  if (!Number.isInteger(count)) {
    throw new RangeError(
      `${probabilities.length} probabilities in the ${side} are no whole rows of ${width} classes`,
    );
  }
  for (const [what, values] of [
    ['predictions', predictions],
    ['labels', labels],
  ] as const) {
    if (values !== undefined && values.length !== count) {
      throw new RangeError(`${values.length} ${what} for ${count} rows in the ${side}`);
    }
  }
  const wrong = probabilities.findIndex((p) => p < 0 || p > 1);
  if (wrong >= 0) {
    throw new RangeError(
      `row ${Math.floor(wrong / width)} of the ${side} has the probability ${probabilities[wrong]}; probabilities are in [0, 1]`,
    );
  }
  return count;
}

/** Row numbers of a range at which nothing that an estimate needs is missing. */
export function completeRows(
  { predictions, probabilities }: ClassifiedRows,
  width: number,
  needsPredictions: boolean,
  { start, end }: RowRange,
): readonly number[] {
  const complete: number[] = [];
  for (let row = start; row < end; row += 1) {
    if (needsPredictions && Number.isNaN(predictions?.[row] ?? Number.NaN)) continue;
    let there = true;
    for (let i = row * width; i < (row + 1) * width; i += 1) {
      if (Number.isNaN(probabilities[i])) there = false;
    }
    if (there) complete.push(row);
  }
  return complete;
}

/** The entries of some rows. */
export function takeRows(values: ArrayLike<number>, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => values[row] ?? Number.NaN);
}

/** The same of a row-by-row matrix. */
export function takeMatrixRows(
  matrix: Float64Array,
  rows: readonly number[],
  width: number,
): Float64Array {
  const taken = new Float64Array(rows.length * width);
  for (const [at, row] of rows.entries()) {
    taken.set(matrix.subarray(row * width, (row + 1) * width), at * width);
  }
  return taken;
}
