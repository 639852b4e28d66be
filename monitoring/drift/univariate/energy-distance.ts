import { atMostFinite, distributionGap } from './distribution-gap.js';
import { type EffectComparison, NO_COMPARISON } from './measure.js';
import { sortedMeasure } from './sorted-comparison.js';

/**
 * Energy distance between two samples, in the convention of `scipy.stats.energy_distance`: the
 * square root of Székely's 2 E|X − Y| − E|X − X′| − E|Y − Y′|.
 *
 * D = √(2 ∫ (F(x) − G(x))² dx), in the square root of the column's unit. The effect is D divided by
 * the square root of the reference's standard deviation (as for the Wasserstein distance). Infinite
 * values are left out.
 *
 * @param reference - ascending, no NaN
 * @param current - ascending, no NaN
 * @returns D ≥ 0, no p-value, and the effect; all `null` where a sample has no finite value
 * @example energyDistance(Float64Array.of(0), Float64Array.of(2)); // D 2, effect 2
 * @see G. J. Székely, M. L. Rizzo, Energy Statistics: A Class of Statistics Based on Distances, 2013
 */
export function energyDistance(reference: Float64Array, current: Float64Array): EffectComparison {
  const gap = distributionGap(reference, current);
  if (gap === null) return NO_COMPARISON;
  const doubled = 2 * gap.squaredArea;
  const effect = doubled === 0 ? 0 : atMostFinite(Math.sqrt(doubled / gap.unit));
  return { statistic: Math.sqrt(doubled) / Math.sqrt(gap.scale), pValue: null, effect };
}

export const energyDistanceMeasure = sortedMeasure({
  name: 'energy-distance',
  form: 'distance',
  range: [0, Number.POSITIVE_INFINITY],
  effectMeasure: 'normalised-energy-distance',
  smallestEffect: 0.09,
  onSorted: energyDistance,
});
