import { finitePart } from '../samples/finite-part.js';
import { commonScale, momentsOf, unitOfEffect } from '../samples/moments.js';

/** How far apart two distribution functions F and G are, along the values themselves. */
export interface DistributionGap {
  /** ∫ |F − G| dx, in units of 1/`scale`. */
  readonly area: number;
  /** ∫ (F − G)² dx, in units of 1/`scale`. */
  readonly squaredArea: number;
  /** What the effect is divided by (the reference's standard deviation), in the same units. */
  readonly unit: number;
  /** The power of two by which values were multiplied. */
  readonly scale: number;
}

/**
 * Walks along both samples once. Infinite values are left out.
 *
 * @param reference - ascending, no NaN
 * @param current - ascending, no NaN
 * @returns `null` where a sample has no finite value
 */
export function distributionGap(
  reference: Float64Array,
  current: Float64Array,
): DistributionGap | null {
  const [a, b] = [finitePart(reference), finitePart(current)];
  const [m, n] = [a.length, b.length];
  if (m === 0 || n === 0) return null;
  const scale = commonScale(a, b);
  let [i, j, area, squaredArea] = [0, 0, 0, 0];
  let previous = Math.min(a[0] ?? 0, b[0] ?? 0);
  while (i < m || j < n) {
    const inA = i < m ? (a[i] ?? 0) : Number.POSITIVE_INFINITY;
    const inB = j < n ? (b[j] ?? 0) : Number.POSITIVE_INFINITY;
    const value = Math.min(inA, inB);
    const difference = Math.abs(i / m - j / n);
    const length = value * scale - previous * scale;
    area += difference * length;
    squaredArea += difference * difference * length;
    previous = value;
    while (i < m && a[i] === value) i += 1;
    while (j < n && b[j] === value) j += 1;
  }
  return { area, squaredArea, unit: unitOfEffect(momentsOf(a, scale), momentsOf(b, scale)), scale };
}

/** Largest number where `value` is beyond it: results are finite. */
export function atMostFinite(value: number): number {
  return Math.min(value, Number.MAX_VALUE);
}
