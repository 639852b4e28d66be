import type { Matrix } from './matrix.js';

export interface Moments {
  readonly mean: Float64Array;
  /** Row-major, columns × columns. */
  readonly covariance: Float64Array;
}

/**
 * Means and the unbiased covariance (divided by rows − 1) of the columns.
 *
 * @throws RangeError with fewer than two rows
 * @example covarianceOf(matrixOf([[1, 1], [3, 5]])).covariance; // [2, 4, 4, 8]
 */
export function covarianceOf(matrix: Matrix): Moments {
  const { rows, columns, values } = matrix;
  if (rows < 2) throw new RangeError(`a covariance needs two rows, not ${rows}`);
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      mean[j] = (mean[j] ?? 0) + (values[i * columns + j] ?? 0) / rows;
    }
  }
  const covariance = new Float64Array(columns * columns);
  const row = new Float64Array(columns);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) row[j] = (values[i * columns + j] ?? 0) - (mean[j] ?? 0);
    for (let j = 0; j < columns; j += 1) {
      const factor = (row[j] ?? 0) / (rows - 1);
      for (let k = j; k < columns; k += 1) {
        const at = j * columns + k;
        covariance[at] = (covariance[at] ?? 0) + factor * (row[k] ?? 0);
      }
    }
  }
  for (let j = 0; j < columns; j += 1) {
    for (let k = 0; k < j; k += 1) covariance[j * columns + k] = covariance[k * columns + j] ?? 0;
  }
  return { mean, covariance };
}
