import { totalsOf } from '../samples/counts.js';
import { binnedDistance } from './binned-comparison.js';

/**
 * Total variation distance between two binned samples: the share of rows that would have to change
 * their bin.
 *
 * TV = ½ Σᵢ |rᵢ − cᵢ|, with r and c the bin shares.
 *
 * @param reference - counts per bin, length k ≥ 1, finite, ≥ 0, sum > 0
 * @param current - counts per bin, same k and bin order as `reference`
 * @returns in [0, 1]; 0 means identical shares
 * @throws RangeError on unequal length, an empty sample, or a count that is not finite
 * @example totalVariationDistance([1, 1], [1, 3]); // 0.25
 */
export function totalVariationDistance(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): number {
  const totals = totalsOf(reference, current);
  let sum = 0;
  for (let i = 0; i < reference.length; i += 1) {
    sum += Math.abs((reference[i] ?? 0) / totals.reference - (current[i] ?? 0) / totals.current);
  }
  return Math.min(1, sum / 2);
}

export const totalVariationMeasure = binnedDistance({
  name: 'total-variation',
  range: [0, 1],
  smallestEffect: 0.05,
  distance: totalVariationDistance,
});
