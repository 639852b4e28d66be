import { totalsOf } from '../samples/counts.js';
import { binnedDistance } from './binned-comparison.js';

/** √ln 2: the distance between samples that share no bin. */
export const LARGEST_JENSEN_SHANNON_DISTANCE = Math.sqrt(Math.LN2);

/**
 * Jensen–Shannon distance between two binned samples: the square root of the divergence, in natural
 * logarithms.
 *
 * d = √(½ Σᵢ rᵢ ln(rᵢ / mᵢ) + ½ Σᵢ cᵢ ln(cᵢ / mᵢ)), with r and c the bin shares, m their mean.
 *
 * @param reference - counts per bin, length k ≥ 1, finite, ≥ 0, sum > 0
 * @param current - counts per bin, same k and bin order as `reference`
 * @returns in [0, √ln 2 ≈ 0.8326]; 0 means identical shares. Divide by √ln 2 for base 2.
 * @throws RangeError on unequal length, an empty sample, or a count that is not finite
 * @example jensenShannonDistance([1, 1], [1, 3]); // 0.1839
 * @see D. M. Endres, J. E. Schindelin, A New Metric for Probability Distributions, 2003
 */
export function jensenShannonDistance(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): number {
  const totals = totalsOf(reference, current);
  let divergence = 0;
  for (let i = 0; i < reference.length; i += 1) {
    const r = (reference[i] ?? 0) / totals.reference;
    const c = (current[i] ?? 0) / totals.current;
    const middle = (r + c) / 2;
    if (r > 0) divergence += r * Math.log(r / middle);
    if (c > 0) divergence += c * Math.log(c / middle);
  }
  const distance = Math.sqrt(Math.max(0, divergence) / 2);
  return Math.min(distance, LARGEST_JENSEN_SHANNON_DISTANCE);
}

export const jensenShannonMeasure = binnedDistance({
  name: 'jensen-shannon',
  range: [0, LARGEST_JENSEN_SHANNON_DISTANCE],
  smallestEffect: 0.05,
  distance: jensenShannonDistance,
});
