/** Mean and variance of a sample, in units of a scale that keeps squares inside a double. */
export interface Moments {
  readonly rows: number;
  readonly mean: number;
  /** Σ(x − mean)² / rows: of the rows themselves, so that repeating a sample leaves it as it is. */
  readonly variance: number;
}

/**
 * A power of two by which values are multiplied before they are squared: the largest magnitude of
 * both samples comes to lie in [½, 1), so that nothing overflows or underflows, and no digit is
 * lost.
 *
 * @param reference - ascending, finite, not empty
 * @param current - ascending, finite, not empty
 * @returns 1 where all values are 0
 * @example commonScale(Float64Array.of(-3, 1), Float64Array.of(2)); // 0.25
 */
export function commonScale(reference: Float64Array, current: Float64Array): number {
  const largest = Math.max(largestMagnitude(reference), largestMagnitude(current));
  if (largest === 0) return 1;
  return 2 ** -Math.max(LEAST_EXPONENT, Math.floor(Math.log2(largest)) + 1);
}

/**
 * The value between the ends of both samples that is nearest to 0. Means are compared as distances
 * from it: a mean around 1e9 has seven decimals, its distance from a value all of its digits.
 *
 * @param reference - ascending, not empty
 * @param current - ascending, not empty
 * @example commonOrigin(Float64Array.of(5, 9), Float64Array.of(7)); // 5
 */
export function commonOrigin(reference: Float64Array, current: Float64Array): number {
  const least = Math.min(reference[0] ?? 0, current[0] ?? 0);
  const most = Math.max(reference.at(-1) ?? 0, current.at(-1) ?? 0);
  return Math.min(Math.max(0, least), most);
}

/** 2¹⁰²³ is the largest power of two in a double. */
const LEAST_EXPONENT = -1_023;

function largestMagnitude(sorted: Float64Array): number {
  return Math.max(Math.abs(sorted[0] ?? 0), Math.abs(sorted.at(-1) ?? 0));
}

/**
 * Mean and variance of (values − `origin`) × `scale`, in two passes. The sum for the mean is
 * compensated: means are subtracted from one another, and what they have in common must cancel.
 *
 * @param values - finite, not empty
 * @param scale - from {@link commonScale}
 * @param origin - from {@link commonOrigin}, where means are compared; default 0
 * @example momentsOf(Float64Array.of(1, 3), 0.25); // { rows: 2, mean: 0.5, variance: 0.0625 }
 * @see A. Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, 1974
 */
export function momentsOf(values: Float64Array, scale: number, origin = 0): Moments {
  const rows = values.length;
  const from = origin * scale;
  if (isConstant(values)) return { rows, mean: (values[0] ?? 0) * scale - from, variance: 0 };
  let [sum, lost] = [0, 0];
  for (let i = 0; i < rows; i += 1) {
    const value = (values[i] ?? 0) * scale - from;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  const mean = (sum + lost) / rows;
  let squares = 0;
  for (let i = 0; i < rows; i += 1) {
    const difference = (values[i] ?? 0) * scale - from - mean;
    squares += difference * difference;
  }
  return { rows, mean, variance: squares / rows };
}

function isConstant(values: Float64Array): boolean {
  const first = values[0];
  return values.every((value) => value === first);
}

/**
 * The unit in which a distance between two samples is an effect: the reference's standard
 * deviation. A reference that does not vary has none; there it is the standard deviation of both
 * samples together, each with half the weight.
 *
 * @returns ≥ 0; 0 where all rows of both samples have one value
 */
export function unitOfEffect(reference: Moments, current: Moments): number {
  if (reference.variance > 0) return Math.sqrt(reference.variance);
  return spreadOfBoth(reference, current);
}

/**
 * Standard deviation of two samples together, each with half the weight whatever its rows.
 *
 * @example spreadOfBoth({ rows: 9, mean: 0, variance: 0 }, { rows: 1, mean: 2, variance: 0 }); // 1
 */
export function spreadOfBoth(reference: Moments, current: Moments): number {
  const difference = reference.mean - current.mean;
  return Math.sqrt((reference.variance + current.variance) / 2 + (difference * difference) / 4);
}
