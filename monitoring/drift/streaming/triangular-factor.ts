/**
 * Cholesky factor R of a symmetric positive definite matrix, A = R Rᵀ, both row by row.
 *
 * @throws RangeError when the matrix is not positive definite
 */
export function choleskyFactor(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let rest = matrix[i * size + j] ?? 0;
      for (let k = 0; k < j; k += 1) {
        rest -= (factor[i * size + k] ?? 0) * (factor[j * size + k] ?? 0);
      }
      if (i === j && !(rest > 0)) throw new RangeError('the matrix is not positive definite');
      factor[i * size + j] = i === j ? Math.sqrt(rest) : rest / (factor[j * size + j] ?? 1);
    }
  }
  return factor;
}

/** Solves R x = b into `x`. */
export function solveLower(factor: Float64Array, b: Float64Array, x: Float64Array): void {
  const size = b.length;
  for (let i = 0; i < size; i += 1) {
    let rest = b[i] ?? 0;
    for (let k = 0; k < i; k += 1) rest -= (factor[i * size + k] ?? 0) * (x[k] ?? 0);
    x[i] = rest / (factor[i * size + i] ?? 1);
  }
}

/** Solves Rᵀ x = b into `x`. */
export function solveUpper(factor: Float64Array, b: Float64Array, x: Float64Array): void {
  const size = b.length;
  for (let i = size - 1; i >= 0; i -= 1) {
    let rest = b[i] ?? 0;
    for (let k = i + 1; k < size; k += 1) rest -= (factor[k * size + i] ?? 0) * (x[k] ?? 0);
    x[i] = rest / (factor[i * size + i] ?? 1);
  }
}
