/** Two ascending samples merged: one entry for each distinct value of either. */
export interface TieGroups {
  /** Distinct values; only the first `length` entries of the arrays count. */
  readonly length: number;
  /** Rows of the reference up to and with each value. */
  readonly referenceUpTo: Int32Array;
  /** Rows of the current sample up to and with each value. */
  readonly currentUpTo: Int32Array;
}

/**
 * Merges two samples into their common ranks: all that a rank test needs, in linear time.
 *
 * @param reference - ascending, no NaN
 * @param current - ascending, no NaN
 * @example tieGroups(Float64Array.of(1, 2), Float64Array.of(2, 3));
 * // length 3, referenceUpTo [1, 2, 2], currentUpTo [0, 1, 2]
 */
export function tieGroups(reference: Float64Array, current: Float64Array): TieGroups {
  const [m, n] = [reference.length, current.length];
  const referenceUpTo = new Int32Array(m + n);
  const currentUpTo = new Int32Array(m + n);
  let [i, j, length] = [0, 0, 0];
  while (i < m || j < n) {
    const a = reference[i] ?? Number.POSITIVE_INFINITY;
    const b = current[j] ?? Number.POSITIVE_INFINITY;
    const value = Math.min(a, b);
    while (i < m && reference[i] === value) i += 1;
    while (j < n && current[j] === value) j += 1;
    referenceUpTo[length] = i;
    currentUpTo[length] = j;
    length += 1;
  }
  return { length, referenceUpTo, currentUpTo };
}
