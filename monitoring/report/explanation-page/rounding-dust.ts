const SMALLEST_SHARE = 1e-9;

/**
 * Values to show: what sums of floating-point numbers leave of a nothing is nothing.
 *
 * @example withoutDust([26.4, 3.6e-15]); // [26.4, 0]
 */
export function withoutDust(values: readonly number[]): readonly number[] {
  const largest = Math.max(...values.map(Math.abs));
  return values.map((value) => (Math.abs(value) < largest * SMALLEST_SHARE ? 0 : value));
}
