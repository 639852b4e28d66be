import { totalsOf } from '../samples/counts.js';
import { binnedDistance } from './binned-comparison.js';

/**
 * L∞ distance between two binned samples: the largest change of any one share.
 *
 * L∞ = maxᵢ |rᵢ − cᵢ|, with r and c the bin shares.
 *
 * @param reference - counts per bin, length k ≥ 1, finite, ≥ 0, sum > 0
 * @param current - counts per bin, same k and bin order as `reference`
 * @returns in [0, 1]; 0 means identical shares
 * @throws RangeError on unequal length, an empty sample, or a count that is not finite
 * @example lInfinityDistance([1, 1, 2], [1, 2, 1]); // 0.25
 */
export function lInfinityDistance(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): number {
  const totals = totalsOf(reference, current);
  let largest = 0;
  for (let i = 0; i < reference.length; i += 1) {
    const change = (reference[i] ?? 0) / totals.reference - (current[i] ?? 0) / totals.current;
    largest = Math.max(largest, Math.abs(change));
  }
  return largest;
}

export const lInfinityMeasure = binnedDistance({
  name: 'l-infinity',
  range: [0, 1],
  smallestEffect: 0.02,
  distance: lInfinityDistance,
});
