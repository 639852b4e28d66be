import type { Matrix } from './matrix.js';

/**
 * Squared Euclidean distances between the rows of a matrix.
 *
 * @returns the pairs i < j row by row: (0,1), (0,2) … (1,2) …; rows · (rows − 1) / 2 numbers
 */
export function pairwiseSquaredDistances(matrix: Matrix): Float64Array {
  const { rows, columns, values } = matrix;
  const distances = new Float64Array((rows * (rows - 1)) / 2);
  let place = 0;
  for (let i = 0; i < rows; i += 1) {
    for (let j = i + 1; j < rows; j += 1) {
      distances[place] = squaredDistance(values, i * columns, values, j * columns, columns);
      place += 1;
    }
  }
  return distances;
}

/** Between `length` numbers from two places. */
export function squaredDistance(
  a: Float64Array | Float32Array,
  atA: number,
  b: Float64Array | Float32Array,
  atB: number,
  length: number,
): number {
  let sum = 0;
  for (let k = 0; k < length; k += 1) {
    const difference = (a[atA + k] ?? 0) - (b[atB + k] ?? 0);
    sum += difference * difference;
  }
  return sum;
}

/**
 * Bandwidth of the RBF kernel by the median heuristic, σ = √(median d² / 2) over all pairs of rows.
 * Where most rows are equal the median is 0; the mean of the other pairs stands in for it.
 *
 * @returns `null` where all rows are equal, or there are fewer than two
 * @example medianBandwidth(matrixOf([[0], [1], [3]])); // 1.4142: squared distances 1, 4, 9
 * @see A. Gretton et al., A Kernel Two-Sample Test, 2012, section 8
 */
export function medianBandwidth(matrix: Matrix): number | null {
  const sorted = pairwiseSquaredDistances(matrix).sort();
  const middle = sorted.length / 2;
  const median = ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
  if (median > 0) return Math.sqrt(median / 2);
  const positive = sorted.filter((distance) => distance > 0);
  if (positive.length === 0) return null;
  return Math.sqrt(positive.reduce((sum, distance) => sum + distance, 0) / positive.length / 2);
}

/**
 * The kernel exp(−d² / 2σ²) between all rows, symmetric, 1 on the diagonal. Single precision: what
 * is compared among permutations needs no more, and 4,000 rows fit into 64 MB.
 *
 * @param bandwidth - σ > 0
 */
export function rbfKernelMatrix(matrix: Matrix, bandwidth: number): Float32Array {
  const { rows, columns, values } = matrix;
  const kernel = new Float32Array(rows * rows);
  const scale = -1 / (2 * bandwidth * bandwidth);
  for (let i = 0; i < rows; i += 1) {
    kernel[i * rows + i] = 1;
    for (let j = i + 1; j < rows; j += 1) {
      const similarity = Math.exp(
        scale * squaredDistance(values, i * columns, values, j * columns, columns),
      );
      kernel[i * rows + j] = similarity;
      kernel[j * rows + i] = similarity;
    }
  }
  return kernel;
}
