import { seededRandom } from '../samples/seeded-random.js';
import { checkComparable, type Matrix, stackRows } from './matrix.js';
import { type MethodResult, tooFewRows } from './method-result.js';
import { kernelRows, type MultivariateOptions, resolveOptions } from './options.js';
import { permutationPValue } from './permutation-test.js';
import { bandwidthOf, rbfKernel, squaredDistances } from './rbf-kernel.js';
import { capRows } from './seeded-draws.js';

/**
 * Unbiased estimate of the squared maximum mean discrepancy with an RBF kernel.
 *
 * MMD² = Σᵢ≠ⱼ k(xᵢ, xⱼ) / m(m − 1) + Σᵢ≠ⱼ k(yᵢ, yⱼ) / n(n − 1) − 2 Σ k(xᵢ, yⱼ) / mn, with
 * k(x, y) = exp(−‖x − y‖² / 2σ²).
 *
 * @param reference - m ≥ 2 rows, finite
 * @param current - n ≥ 2 rows of the same width
 * @param bandwidth - σ > 0, in the unit of the rows
 * @returns at most 2; about 0 without drift, and below 0 about as often as above
 * @throws RangeError on too few rows, different widths or a bandwidth that is not above 0
 * @example squaredMmd(matrixOf([[0], [1]]), matrixOf([[2], [3]]), 1); // 0.7689
 * @see A. Gretton et al., A Kernel Two-Sample Test, 2012, equation 3
 */
export function squaredMmd(reference: Matrix, current: Matrix, bandwidth: number): number {
  checkComparable(reference, current);
  const [m, n] = [reference.rows, current.rows];
  if (Math.min(m, n) < 2) throw new RangeError(`MMD needs 2 rows on each side, not ${m} and ${n}`);
  if (!(bandwidth > 0)) throw new RangeError(`the bandwidth is above 0, not ${bandwidth}`);
  const pooled = stackRows(reference, current);
  const kernel = rbfKernel(squaredDistances(pooled), bandwidth);
  return relabelledMmd(kernel, m + n)(Int32Array.from({ length: m }, (_, i) => i));
}

/**
 * Kernel two-sample test: {@link squaredMmd} with the bandwidth of the median heuristic on the
 * reference, its p-value by relabelling the rows of both sides.
 *
 * @param reference - rows of finite numbers; more than `maxRows` are sampled
 * @param current - rows of the same width
 * @returns details: `bandwidth`, `referenceRows`, `currentRows` (used), `permutations`; without a
 * p-value where a side has fewer than 10 rows
 * @throws RangeError on different widths or an option out of range
 */
export function maximumMeanDiscrepancy(
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
  const details = { referenceRows: x.rows, currentRows: y.rows, permutations };
  const pooled = stackRows(x, y);
  const distances = squaredDistances(pooled);
  const bandwidth =
    bandwidthOf(distances, pooled.rows, x.rows) ?? bandwidthOf(distances, pooled.rows, pooled.rows);
  if (bandwidth === null) {
    return { statistic: 0, pValue: 1, note: 'all rows of both sides are equal', details };
  }
  const statisticOf = relabelledMmd(rbfKernel(distances, bandwidth), pooled.rows);
  // The smaller side is the group that is drawn: a relabelling costs its square.
  const drawn = Math.min(x.rows, y.rows);
  const from = x.rows <= y.rows ? 0 : x.rows;
  const observed = Int32Array.from({ length: drawn }, (_, i) => from + i);
  return {
    statistic: statisticOf(observed),
    pValue: permutationPValue(statisticOf, observed, pooled.rows, permutations, random),
    note: null,
    details: { bandwidth, ...details },
  };
}

/** MMD² of a group of rows against all others, by the sums within the group alone. */
function relabelledMmd(kernel: Float64Array, size: number): (group: Int32Array) => number {
  const rowSums = new Float64Array(size);
  let total = 0;
  for (let i = 0; i < size; i += 1) {
    // Without the row itself, whose kernel is 1.
    let sum = -1;
    for (let j = i * size; j < (i + 1) * size; j += 1) sum += kernel[j] ?? 0;
    rowSums[i] = sum;
    total += sum;
  }
  return (group) => {
    const [drawn, rest] = [group.length, size - group.length];
    let [within, touching] = [0, 0];
    for (let a = 0; a < drawn; a += 1) {
      const row = (group[a] ?? 0) * size;
      touching += rowSums[group[a] ?? 0] ?? 0;
      let sum = 0;
      for (let b = a + 1; b < drawn; b += 1) sum += kernel[row + (group[b] ?? 0)] ?? 0;
      within += 2 * sum;
    }
    const across = touching - within;
    const outside = total - within - 2 * across;
    return (
      within / (drawn * (drawn - 1)) + outside / (rest * (rest - 1)) - (2 * across) / (drawn * rest)
    );
  };
}
