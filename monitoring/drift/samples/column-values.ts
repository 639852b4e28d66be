/** Numbers, one a row; NaN is missing. Infinite values are allowed and stand at the ends. */
export interface NumericValues {
  readonly kind: 'numeric';
  readonly values: Float64Array;
}

/** Categories, one a row; null is missing. */
export interface CategoricalValues {
  readonly kind: 'categorical';
  readonly values: readonly (string | null)[];
}

export type ColumnValues = NumericValues | CategoricalValues;
export type ColumnKind = ColumnValues['kind'];

/**
 * The numbers that are there, ascending. ±∞ become the largest finite numbers: bins and most tests use
 * nothing but order, and JSON has no infinity. Those that use distances between values leave them out
 * (`finitePart`).
 *
 * @example sortedPresent(Float64Array.of(2, NaN, 1)); // Float64Array [1, 2]
 */
export function sortedPresent(values: Float64Array): Float64Array {
  return values
    .filter((value) => !Number.isNaN(value))
    .map(finite)
    .sort();
}

/** ±∞ as the largest finite number of that sign; everything else unchanged. */
export function finite(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return Number.MAX_VALUE;
  if (value === Number.NEGATIVE_INFINITY) return -Number.MAX_VALUE;
  return value;
}

/** Categories that are there → rows, in order of first appearance. */
export function countCategories(values: readonly (string | null)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) {
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

/**
 * Two category counts over the union of their categories, by name: `false` before `true`, 0 before 1.
 */
export function alignCounts(
  reference: ReadonlyMap<string, number>,
  current: ReadonlyMap<string, number>,
): { readonly reference: number[]; readonly current: number[] } {
  const names = [...new Set([...reference.keys(), ...current.keys()])].sort();
  return {
    reference: names.map((name) => reference.get(name) ?? 0),
    current: names.map((name) => current.get(name) ?? 0),
  };
}

/**
 * First index of an ascending array whose value is ≥ `value` (or > `value` when `after` is true).
 *
 * @returns in [0, length]
 */
export function searchSorted(sorted: ArrayLike<number>, value: number, after = false): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle] ?? 0;
    if (after ? item <= value : item < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
