import { totalsOf } from '../samples/counts.js';
import { binnedDistance } from './binned-comparison.js';
import { DEFAULT_SHARE_FLOOR } from './population-stability-index.js';

/**
 * Kullback–Leibler divergence of the current sample from the reference, KL(reference ‖ current), in
 * natural logarithms: what the reference's rows lose when they are coded by the current shares. Not
 * symmetric.
 *
 * KL = Σᵢ (rᵢ ln(rᵢ / cᵢ) − rᵢ + cᵢ), with r and c the bin shares and c no smaller than `floor`, so
 * that a bin that emptied stays finite. Without floors Σ(cᵢ − rᵢ) is 0 and this is the usual sum;
 * with them it is still never below 0.
 *
 * @param reference - counts per bin, length k ≥ 1, finite, ≥ 0, sum > 0
 * @param current - counts per bin, same k and bin order as `reference`
 * @param floor - smallest current share, in (0, 1); default 1e-4
 * @returns nats, ≥ 0; 0 means identical shares
 * @throws RangeError on unequal length, an empty sample, a count that is not finite, or a bad floor
 * @example kullbackLeiblerDivergence([1, 1], [1, 3]); // 0.1438
 * @see S. Kullback, R. A. Leibler, On Information and Sufficiency, 1951
 */
export function kullbackLeiblerDivergence(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  floor = DEFAULT_SHARE_FLOOR,
): number {
  const totals = totalsOf(reference, current);
  if (!(floor > 0 && floor < 1)) throw new RangeError(`floor must be in (0, 1), not ${floor}`);
  let sum = 0;
  for (let i = 0; i < reference.length; i += 1) {
    const r = (reference[i] ?? 0) / totals.reference;
    const share = (current[i] ?? 0) / totals.current;
    if (r === share) continue;
    const c = Math.max(share, floor);
    sum += (r === 0 ? 0 : r * Math.log(r / c)) - r + c;
  }
  return Math.max(0, sum);
}

export const kullbackLeiblerMeasure = binnedDistance({
  name: 'kullback-leibler',
  range: [0, Number.POSITIVE_INFINITY],
  smallestEffect: 0.01,
  distance: (reference, current) => kullbackLeiblerDivergence(reference, current),
});
