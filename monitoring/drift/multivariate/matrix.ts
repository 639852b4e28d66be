/**
 * Rows of numbers: row i is `values[i · columns … (i + 1) · columns − 1]`. Embeddings come so, and
 * {@link prepareFrames} makes one of columns of any kind.
 */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major, `rows · columns` numbers. */
  readonly values: Float64Array | Float32Array;
}

/**
 * A matrix of rows that are all of one length.
 *
 * @throws RangeError when a row is longer or shorter than the first
 * @example matrixOf([[1, 2], [3, 4]]).columns; // 2
 */
export function matrixOf(rows: readonly ArrayLike<number>[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    if (row.length !== columns) {
      throw new RangeError(`row ${i} has ${row.length} numbers, the first row has ${columns}`);
    }
    values.set(row, i * columns);
  });
  return { rows: rows.length, columns, values };
}

/** The rows at these places, in this order; a place may come twice. */
export function takeRows(matrix: Matrix, places: ArrayLike<number>): Matrix {
  const { columns } = matrix;
  const values = new Float64Array(places.length * columns);
  for (let i = 0; i < places.length; i += 1) {
    const start = (places[i] ?? 0) * columns;
    values.set(matrix.values.subarray(start, start + columns), i * columns);
  }
  return { rows: places.length, columns, values };
}

/** The rows of both, the first's first. */
export function stackRows(first: Matrix, second: Matrix): Matrix {
  const values = new Float64Array((first.rows + second.rows) * first.columns);
  values.set(first.values);
  values.set(second.values, first.rows * first.columns);
  return { rows: first.rows + second.rows, columns: first.columns, values };
}

/** Places of the rows in which every number is finite, ascending. */
export function finitePlaces({ rows, columns, values }: Matrix): Int32Array {
  const kept: number[] = [];
  for (let i = 0; i < rows; i += 1) {
    let whole = true;
    for (let j = i * columns; whole && j < (i + 1) * columns; j += 1) {
      whole = Number.isFinite(values[j]);
    }
    if (whole) kept.push(i);
  }
  return Int32Array.from(kept);
}

/** The rows without a missing or infinite number: such a row has no place in space. */
export function finiteRows(matrix: Matrix): Matrix {
  const places = finitePlaces(matrix);
  return places.length === matrix.rows ? matrix : takeRows(matrix, places);
}

/** @throws RangeError when the two cannot be compared, or `values` does not fit the dimensions */
export function checkComparable(reference: Matrix, current: Matrix): void {
  for (const [side, { rows, columns, values }] of [
    ['reference', reference],
    ['current', current],
  ] as const) {
    if (values.length !== rows * columns) {
      throw new RangeError(
        `the ${side} matrix has ${values.length} numbers; ${rows} rows of ${columns} are ${rows * columns}`,
      );
    }
  }
  if (reference.columns !== current.columns) {
    throw new RangeError(
      `the reference has ${reference.columns} dimensions and the current data ${current.columns}`,
    );
  }
}
