import { seededRandom } from '../samples/seeded-random.js';
import { checkComparable, type Matrix, stackRows, takeRows } from './matrix.js';
import { type MethodResult, tooFewRows } from './method-result.js';
import { kernelRows, type MultivariateOptions, resolveOptions } from './options.js';
import { permutationPValue } from './permutation-test.js';
import { medianBandwidth, squaredDistance } from './rbf-kernel.js';
import { capRows, drawPlaces } from './seeded-draws.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** Kernels that the density difference is a sum of. */
export const LSDD_CENTRES = 100;

/** Ridge on the kernels' overlaps, which are 1 for a kernel with itself. */
export const LSDD_RIDGE = 0.1;

/**
 * Least-squares density difference: the squared L² distance ∫ (p − q)² between two densities,
 * estimated at once instead of density by density.
 *
 * p − q is modelled by Σ θₗ exp(−‖x − cₗ‖² / 2σ²). With hₗ the mean kernel value in the reference
 * minus that in the current rows, and the overlaps Hₗₘ = exp(−‖cₗ − cₘ‖² / 4σ²),
 * θ = (H + λI)⁻¹ h and LSDD = 2 hᵀθ − θᵀHθ. This is in units of the kernel's squared norm
 * (πσ²)^(d/2): divided by it, it is the integral; undivided, it stays finite in any dimension.
 *
 * @param reference - at least one row
 * @param current - rows of the same width
 * @param centres - c, of the same width
 * @param bandwidth - σ > 0
 * @param ridge - λ > 0
 * @returns ≥ 0
 * @throws RangeError on empty sides, different widths, or σ or λ not above 0
 * @example squaredDensityDifference(matrixOf([[0]]), matrixOf([[9]]), matrixOf([[0], [9]]), 1); // 1.9835
 * @see M. Sugiyama et al., Density-Difference Estimation, 2013, equation 10
 */
export function squaredDensityDifference(
  reference: Matrix,
  current: Matrix,
  centres: Matrix,
  bandwidth: number,
  ridge = LSDD_RIDGE,
): number {
  checkComparable(reference, current);
  checkComparable(reference, centres);
  if (Math.min(reference.rows, current.rows, centres.rows) < 1) {
    throw new RangeError('LSDD needs a row on each side and a centre');
  }
  const pooled = stackRows(reference, current);
  const embedded = embed(pooled, centres, bandwidth, ridge);
  const statisticOf = squaredMeanDistance(embedded, pooled.rows, centres.rows);
  return statisticOf(Int32Array.from({ length: reference.rows }, (_, i) => i));
}

/**
 * Two-sample test by {@link squaredDensityDifference}: bandwidth by the median heuristic on the
 * reference, {@link LSDD_CENTRES} of all rows as centres, p-value by relabelling.
 *
 * @returns details: `bandwidth`, `centres`, `referenceRows`, `currentRows` (used), `permutations`
 * @throws RangeError on different widths or an option out of range
 */
export function leastSquaresDensityDifference(
  reference: Matrix,
  current: Matrix,
  options: MultivariateOptions = {},
): MethodResult {
  checkComparable(reference, current);
  const defaults = { maxRows: kernelRows(reference.columns) };
  const { seed, permutations, maxRows } = resolveOptions({ ...defaults, ...options });
  const few = tooFewRows(reference.rows, current.rows);
  if (few !== null) return few;
  const random = seededRandom(seed);
  const [x, y] = [capRows(reference, maxRows, random), capRows(current, maxRows, random)];
  const pooled = stackRows(x, y);
  const centres = Math.min(LSDD_CENTRES, pooled.rows);
  const details = { centres, referenceRows: x.rows, currentRows: y.rows, permutations };
  const bandwidth = medianBandwidth(x) ?? medianBandwidth(pooled);
  if (bandwidth === null) {
    return { statistic: 0, pValue: 1, note: 'all rows of both sides are equal', details };
  }
  // From both sides alike: centres on one of them would tell the sides apart by themselves.
  const places = drawPlaces(pooled.rows, centres, random);
  const embedded = embed(pooled, takeRows(pooled, places), bandwidth, LSDD_RIDGE);
  const statisticOf = squaredMeanDistance(embedded, pooled.rows, centres);
  const observed = Int32Array.from({ length: x.rows }, (_, i) => i);
  return {
    statistic: statisticOf(observed),
    pValue: permutationPValue(statisticOf, observed, pooled.rows, permutations, random),
    note: null,
    details: { bandwidth, ...details },
  };
}

/**
 * Rows placed where LSDD is the squared distance of two means. With H = QΛQᵀ, LSDD is
 * Σ wᵢ (Qᵀh)ᵢ² with wᵢ = (Λᵢ + 2λ) / (Λᵢ + λ)², so that a relabelling costs no more than two means.
 */
function embed(rows: Matrix, centres: Matrix, bandwidth: number, ridge: number): Float64Array {
  if (!(bandwidth > 0 && ridge > 0)) {
    throw new RangeError(`bandwidth and ridge are above 0, not ${bandwidth} and ${ridge}`);
  }
  const size = centres.rows;
  const { values, vectors } = symmetricEigen(
    kernelBetween(centres, centres, bandwidth * Math.SQRT2),
    size,
  );
  const kernel = kernelBetween(rows, centres, bandwidth);
  const embedded = new Float64Array(rows.rows * size);
  for (let k = 0; k < size; k += 1) {
    // Rounding can take an eigenvalue of 0 a hair below it.
    const value = Math.max(0, values[k] ?? 0);
    const weight = Math.sqrt(value + 2 * ridge) / (value + ridge);
    for (let i = 0; i < rows.rows; i += 1) {
      let sum = 0;
      for (let j = 0; j < size; j += 1) {
        sum += (kernel[i * size + j] ?? 0) * (vectors[k * size + j] ?? 0);
      }
      embedded[i * size + k] = weight * sum;
    }
  }
  return embedded;
}

function kernelBetween(rows: Matrix, centres: Matrix, bandwidth: number): Float64Array {
  const width = rows.columns;
  const kernel = new Float64Array(rows.rows * centres.rows);
  for (let i = 0; i < rows.rows; i += 1) {
    for (let j = 0; j < centres.rows; j += 1) {
      const distance = squaredDistance(rows.values, i * width, centres.values, j * width, width);
      kernel[i * centres.rows + j] = Math.exp(-distance / (2 * bandwidth * bandwidth));
    }
  }
  return kernel;
}

/** Squared distance between the mean of a group of rows and that of all others. */
function squaredMeanDistance(
  values: Float64Array,
  rows: number,
  columns: number,
): (group: Int32Array) => number {
  const total = new Float64Array(columns);
  for (let i = 0; i < values.length; i += 1) {
    total[i % columns] = (total[i % columns] ?? 0) + (values[i] ?? 0);
  }
  const sums = new Float64Array(columns);
  return (group) => {
    sums.fill(0);
    for (let i = 0; i < group.length; i += 1) {
      const start = (group[i] ?? 0) * columns;
      for (let j = 0; j < columns; j += 1) sums[j] = (sums[j] ?? 0) + (values[start + j] ?? 0);
    }
    let squares = 0;
    for (let j = 0; j < columns; j += 1) {
      const sum = sums[j] ?? 0;
      squares += (sum / group.length - ((total[j] ?? 0) - sum) / (rows - group.length)) ** 2;
    }
    return squares;
  };
}
