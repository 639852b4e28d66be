import { covarianceOf } from '../multivariate/covariance.js';
import { checkComparable, type Matrix } from '../multivariate/matrix.js';
import { symmetricEigen } from '../multivariate/symmetric-eigen.js';

/** Variances this much smaller than the largest are 0: that direction holds no row. */
const NO_VARIANCE = 1e-9;

/** Where the rows of a reference lie, and how far they spread in each direction. */
export interface Location {
  readonly mean: Float64Array;
  /** Directions with variance. */
  readonly rank: number;
  /** One direction a row, divided by its standard deviation. */
  readonly axes: Float64Array;
  /** One direction a row, of those in which no row of the reference differs from another. */
  readonly flat: Float64Array;
  readonly largestVariance: number;
}

/**
 * Mean and covariance of the rows, inverted on the directions that have variance: constant or
 * linearly dependent columns, and fewer rows than columns, are no defect.
 *
 * @throws RangeError with fewer than two rows
 */
export function locate(reference: Matrix): Location {
  const { mean, covariance } = covarianceOf(reference);
  return locationOf(mean, covariance);
}

/** The same of a mean and covariance that are known. */
export function locationOf(mean: Float64Array, covariance: Float64Array): Location {
  const size = mean.length;
  const { values, vectors } = symmetricEigen(covariance, size);
  const largestVariance = Math.max(0, values[0] ?? 0);
  const rank = values.filter((value) => value > NO_VARIANCE * largestVariance).length;
  const axes = vectors.slice(0, rank * size);
  for (let k = 0; k < axes.length; k += 1) {
    axes[k] = (axes[k] ?? 0) / Math.sqrt(values[Math.floor(k / size)] ?? 1);
  }
  return { mean, rank, axes, flat: vectors.slice(rank * size), largestVariance };
}

/**
 * Squared Mahalanobis distance (x − μ)ᵀ Σ⁺ (x − μ) of each row, with the pseudo-inverse Σ⁺: about
 * chi-squared with `rank` degrees of freedom for normal rows.
 *
 * @returns one number a row, ≥ 0
 * @throws RangeError on another width
 * @example squaredMahalanobis(locate(matrixOf([[0], [2]])), matrixOf([[3]])); // Float64Array [2]
 * @see P. C. Mahalanobis, On the Generalised Distance in Statistics, 1936
 */
export function squaredMahalanobis(location: Location, matrix: Matrix): Float64Array {
  checkComparable(emptyOf(location), matrix);
  return squaredProjections(location.axes, location, matrix);
}

/**
 * Squared distance of each row from where the reference has any variance, in units of the smallest
 * variance that counts: what breaks a relation that every row of the reference keeps.
 *
 * @returns one number a row; about 0 for rows that keep the relations
 */
export function squaredDeparture(location: Location, matrix: Matrix): Float64Array {
  checkComparable(emptyOf(location), matrix);
  const unit = NO_VARIANCE * (location.largestVariance || 1);
  return squaredProjections(location.flat, location, matrix).map((square) =>
    // Less is what rounding leaves.
    square < 1e-12 * Math.max(1, location.largestVariance) ? 0 : square / unit,
  );
}

function squaredProjections(directions: Float64Array, { mean }: Location, matrix: Matrix) {
  const { rows, columns, values } = matrix;
  const row = new Float64Array(columns);
  const squares = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) row[j] = (values[i * columns + j] ?? 0) - (mean[j] ?? 0);
    let sum = 0;
    for (let at = 0; at < directions.length; at += columns) {
      let along = 0;
      for (let j = 0; j < columns; j += 1) along += (row[j] ?? 0) * (directions[at + j] ?? 0);
      sum += along * along;
    }
    squares[i] = sum;
  }
  return squares;
}

function emptyOf({ mean }: Location): Matrix {
  return { rows: 0, columns: mean.length, values: new Float64Array(0) };
}
