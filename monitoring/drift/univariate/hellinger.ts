import { totalsOf } from '../samples/counts.js';
import { binnedDistance } from './binned-comparison.js';

/**
 * Hellinger distance between two binned samples.
 *
 * H = √(½ Σᵢ (√rᵢ − √cᵢ)²), with r and c the bin shares.
 *
 * @param reference - counts per bin, length k ≥ 1, finite, ≥ 0, sum > 0
 * @param current - counts per bin, same k and bin order as `reference`
 * @returns in [0, 1]; 0 means identical shares, 1 none in common
 * @throws RangeError on unequal length, an empty sample, or a count that is not finite
 * @example hellingerDistance([1, 1], [1, 3]); // 0.1846
 * @see E. Hellinger, Neue Begründung der Theorie quadratischer Formen von unendlichvielen
 * Veränderlichen, 1909
 */
export function hellingerDistance(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): number {
  const totals = totalsOf(reference, current);
  let sum = 0;
  for (let i = 0; i < reference.length; i += 1) {
    const r = Math.sqrt((reference[i] ?? 0) / totals.reference);
    const c = Math.sqrt((current[i] ?? 0) / totals.current);
    sum += (r - c) ** 2;
  }
  return Math.min(1, Math.sqrt(sum / 2));
}

export const hellingerMeasure = binnedDistance({
  name: 'hellinger',
  range: [0, 1],
  smallestEffect: 0.05,
  distance: hellingerDistance,
});
