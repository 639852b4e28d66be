import { covarianceOf } from './covariance.js';
import type { Matrix } from './matrix.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** Share of the standardised reference's variance that the components keep. */
export const KEPT_VARIANCE = 0.65;

export interface PrincipalComponents {
  readonly mean: Float64Array;
  /** Standard deviation per column; 0 where the reference is constant. */
  readonly deviation: Float64Array;
  readonly components: number;
  /** One component a row, in standardised columns. */
  readonly directions: Float64Array;
  /** Share of the variance that they keep, in (0, 1]; 1 where there is no variance. */
  readonly keptVariance: number;
}

/**
 * Principal components of the columns, each divided by its standard deviation first: the fewest
 * that keep at least `keptVariance`.
 *
 * @param keptVariance - in (0, 1]
 * @throws RangeError with fewer than two rows or a share out of range
 */
export function principalComponents(
  reference: Matrix,
  keptVariance = KEPT_VARIANCE,
): PrincipalComponents {
  if (!(keptVariance > 0 && keptVariance <= 1)) {
    throw new RangeError(`the kept variance is in (0, 1], not ${keptVariance}`);
  }
  const { mean, covariance } = covarianceOf(reference);
  const size = reference.columns;
  const deviation = Float64Array.from(mean, (_, j) => Math.sqrt(covariance[j * size + j] ?? 0));
  for (let j = 0; j < size; j += 1) {
    for (let k = 0; k < size; k += 1) {
      const at = j * size + k;
      covariance[at] = (covariance[at] ?? 0) / ((deviation[j] || 1) * (deviation[k] || 1));
    }
  }
  const { values, vectors } = symmetricEigen(covariance, size);
  const total = values.reduce((sum, value) => sum + value, 0);
  let [components, kept] = [0, 0];
  while (components < size && kept < keptVariance * total * (1 - 1e-12)) {
    kept += values[components] ?? 0;
    components += 1;
  }
  return {
    mean,
    deviation,
    components,
    directions: vectors.slice(0, components * size),
    keptVariance: total > 0 ? Math.min(1, kept / total) : 1,
  };
}

/**
 * Distance of each row from what the components keep of it, in standard deviations. A column that
 * is constant in the reference counts in its own unit.
 *
 * @returns one number a row, ≥ 0
 */
export function reconstructionErrors(fitted: PrincipalComponents, matrix: Matrix): Float64Array {
  const { rows, columns, values } = matrix;
  const { mean, deviation, components, directions } = fitted;
  const errors = new Float64Array(rows);
  const row = new Float64Array(columns);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      row[j] = ((values[i * columns + j] ?? 0) - (mean[j] ?? 0)) / (deviation[j] || 1);
    }
    // The directions are orthogonal, so that taking one out leaves the others as they are.
    for (let c = 0; c < components; c += 1) {
      let along = 0;
      for (let j = 0; j < columns; j += 1) {
        along += (row[j] ?? 0) * (directions[c * columns + j] ?? 0);
      }
      for (let j = 0; j < columns; j += 1) {
        row[j] = (row[j] ?? 0) - along * (directions[c * columns + j] ?? 0);
      }
    }
    let squares = 0;
    for (let j = 0; j < columns; j += 1) squares += (row[j] ?? 0) ** 2;
    errors[i] = Math.sqrt(squares);
  }
  return errors;
}
