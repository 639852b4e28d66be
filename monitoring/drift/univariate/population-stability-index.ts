import { totalsOf } from '../samples/counts.js';
import { binnedDistance } from './binned-comparison.js';

/** Smallest share that a bin counts with, so that an empty one stays finite. */
export const DEFAULT_SHARE_FLOOR = 1e-4;

/**
 * Population stability index between two binned samples.
 *
 * PSI = Σᵢ (cᵢ − rᵢ) · ln(cᵢ / rᵢ), with r and c the bin shares.
 *
 * @param reference - counts per bin, length k ≥ 1, finite, ≥ 0, sum > 0
 * @param current - counts per bin, same k and bin order as `reference`
 * @param floor - smallest share allowed, in (0, 1/k); default 1e-4; shares are not renormalised
 * @returns PSI in nats, ≥ 0; 0 means identical shares
 * @throws RangeError on unequal length, an empty sample, a count that is not finite, or a bad floor
 * @example populationStabilityIndex([100, 100, 100, 100], [50, 100, 100, 150]); // 0.1373
 * @see B. Yurdakul, Statistical Properties of Population Stability Index, 2018
 */
export function populationStabilityIndex(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  floor = DEFAULT_SHARE_FLOOR,
): number {
  const totals = totalsOf(reference, current);
  if (!(floor > 0 && floor < 1)) throw new RangeError(`floor must be in (0, 1), not ${floor}`);
  let sum = 0;
  for (let i = 0; i < reference.length; i += 1) {
    const r = Math.max((reference[i] ?? 0) / totals.reference, floor);
    const c = Math.max((current[i] ?? 0) / totals.current, floor);
    sum += (c - r) * Math.log(c / r);
  }
  return sum;
}

export const populationStabilityIndexMeasure = binnedDistance({
  name: 'population-stability-index',
  range: [0, Number.POSITIVE_INFINITY],
  smallestEffect: 0.02,
  distance: (reference, current) => populationStabilityIndex(reference, current),
});
