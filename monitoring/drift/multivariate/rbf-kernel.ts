import type { Matrix } from './matrix.js';

/**
 * Squared Euclidean distances between all rows of a matrix.
 *
 * @returns row-major, rows × rows; 0 on the diagonal
 */
export function squaredDistances(matrix: Matrix): Float64Array {
  const { rows, columns } = matrix;
  // One kind of array, so that the inner loop is compiled for it alone.
  const values =
    matrix.values instanceof Float64Array ? matrix.values : Float64Array.from(matrix.values);
  const distances = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i += 1) {
    let j = i + 1;
    for (; j + 3 < rows; j += 4) fourDistances(values, columns, i, j, distances, rows);
    for (; j < rows; j += 1) {
      distances[i * rows + j] = squaredDistance(values, i * columns, values, j * columns, columns);
    }
    for (j = i + 1; j < rows; j += 1) distances[j * rows + i] = distances[i * rows + j] ?? 0;
  }
  return distances;
}

/** Row `i` against `j` … `j` + 3: four sums that do not wait for one another. */
function fourDistances(
  values: Float64Array,
  columns: number,
  i: number,
  j: number,
  into: Float64Array,
  rows: number,
): void {
  const from = i * columns;
  const [first, second] = [j * columns, (j + 1) * columns];
  const [third, fourth] = [(j + 2) * columns, (j + 3) * columns];
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let k = 0; k < columns; k += 1) {
    const x = values[from + k] ?? 0;
    const p = x - (values[first + k] ?? 0);
    const q = x - (values[second + k] ?? 0);
    const r = x - (values[third + k] ?? 0);
    const s = x - (values[fourth + k] ?? 0);
    a += p * p;
    b += q * q;
    c += r * r;
    d += s * s;
  }
  const at = i * rows + j;
  into[at] = a;
  into[at + 1] = b;
  into[at + 2] = c;
  into[at + 3] = d;
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
  return bandwidthOf(squaredDistances(matrix), matrix.rows, matrix.rows);
}

/**
 * The same from distances that are known, of the first `rows` rows.
 *
 * @param distances - from {@link squaredDistances}, of `all` rows
 */
export function bandwidthOf(distances: Float64Array, all: number, rows: number): number | null {
  const pairs = new Float64Array((rows * (rows - 1)) / 2);
  let filled = 0;
  for (let i = 0; i < rows; i += 1) {
    pairs.set(distances.subarray(i * all + i + 1, i * all + rows), filled);
    filled += rows - i - 1;
  }
  pairs.sort();
  const middle = pairs.length / 2;
  const median = ((pairs[Math.ceil(middle) - 1] ?? 0) + (pairs[Math.floor(middle)] ?? 0)) / 2;
  if (median > 0) return Math.sqrt(median / 2);
  const positive = pairs.filter((distance) => distance > 0);
  if (positive.length === 0) return null;
  return Math.sqrt(positive.reduce((sum, distance) => sum + distance, 0) / positive.length / 2);
}

/** The kernel exp(−d² / 2σ²) in the place of the distances. */
export function rbfKernel(distances: Float64Array, bandwidth: number): Float64Array {
  const scale = -1 / (2 * bandwidth * bandwidth);
  for (let i = 0; i < distances.length; i += 1)
    distances[i] = Math.exp(scale * (distances[i] ?? 0));
  return distances;
}
