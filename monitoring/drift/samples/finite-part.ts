import { searchSorted } from './column-values.js';

/**
 * The part of an ascending sample that is truly finite: without the stand-ins for ±∞ at its ends.
 *
 * Measures that use nothing but order keep infinite values, as the largest finite numbers
 * ({@link finite}). Measures that use distances between values (means, standard deviations,
 * Wasserstein, energy) leave them out: one infinite value would be all that they say. How many there
 * are is a question of data quality.
 *
 * @param sorted - ascending, no NaN
 * @returns a view on the same memory; empty where no value is finite
 * @example finitePart(Float64Array.of(1, 2, Number.MAX_VALUE)); // Float64Array [1, 2]
 */
export function finitePart(sorted: Float64Array): Float64Array {
  const start = searchSorted(sorted, -Number.MAX_VALUE, true);
  const end = searchSorted(sorted, Number.MAX_VALUE);
  return sorted.subarray(start, Math.max(start, end));
}
