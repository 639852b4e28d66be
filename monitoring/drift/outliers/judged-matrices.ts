import { asMatrices } from '../multivariate/as-matrices.js';
import { finitePlaces, type Matrix } from '../multivariate/matrix.js';
import type { MultivariateData } from '../multivariate/method-data.js';

export interface JudgedMatrix {
  readonly matrix: Matrix;
  /** Row of the data of each row of the matrix. */
  readonly places: Int32Array;
}

export interface JudgedMatrices {
  readonly reference: JudgedMatrix;
  readonly current: JudgedMatrix;
  readonly columns: readonly string[];
  readonly note: string | null;
}

/** Both sides in one space, each row with its place in the data. */
export function judgedMatrices(
  reference: MultivariateData,
  current: MultivariateData,
): JudgedMatrices {
  const pair = asMatrices(reference, current);
  const withPlaces = (matrix: Matrix, data: MultivariateData): JudgedMatrix => ({
    matrix,
    places:
      data.kind === 'vectors'
        ? finitePlaces(data.matrix)
        : Int32Array.from({ length: matrix.rows }, (_, i) => i),
  });
  return {
    reference: withPlaces(pair.reference, reference),
    current: withPlaces(pair.current, current),
    columns: pair.columns,
    note: pair.note,
  };
}
