import { atMostFinite, distributionGap } from './distribution-gap.js';
import { type EffectComparison, NO_COMPARISON } from './measure.js';
import { sortedMeasure } from './sorted-comparison.js';

/**
 * Wasserstein distance (earth mover's, of order 1) between two samples: how far the average row has
 * to move.
 *
 * W = ∫ |F(x) − G(x)| dx, in the column's own unit. The effect is W divided by the reference's
 * standard deviation (of its rows: Σ(x − x̄)²/m); where the reference does not vary, by that of both
 * samples together at equal weight. Infinite values are left out.
 *
 * @param reference - ascending, no NaN
 * @param current - ascending, no NaN
 * @returns W ≥ 0, no p-value, and the effect; all `null` where a sample has no finite value
 * @example wasserstein(Float64Array.of(0, 1, 3), Float64Array.of(5, 6, 8)); // W 5, effect 4.0089
 * @see L. N. Vaserstein, Markov Processes over Denumerable Products of Spaces, 1969
 */
export function wasserstein(reference: Float64Array, current: Float64Array): EffectComparison {
  const gap = distributionGap(reference, current);
  if (gap === null) return NO_COMPARISON;
  const effect = gap.area === 0 ? 0 : atMostFinite(gap.area / gap.unit);
  return { statistic: atMostFinite(gap.area / gap.scale), pValue: null, effect };
}

/**
 * Wasserstein distance in standard deviations of the reference: the same for a column in metres and
 * in feet. Its effect is itself.
 *
 * @param reference - ascending, no NaN
 * @param current - ascending, no NaN
 * @example normalisedWasserstein(Float64Array.of(0, 1, 3), Float64Array.of(5, 6, 8)); // 4.0089
 */
export function normalisedWasserstein(
  reference: Float64Array,
  current: Float64Array,
): EffectComparison {
  const { effect } = wasserstein(reference, current);
  return { statistic: effect, pValue: null, effect };
}

export const wassersteinMeasure = sortedMeasure({
  name: 'wasserstein',
  form: 'distance',
  range: [0, Number.POSITIVE_INFINITY],
  effectMeasure: 'normalised-wasserstein',
  smallestEffect: 0.125,
  onSorted: wasserstein,
});

export const normalisedWassersteinMeasure = sortedMeasure({
  name: 'normalised-wasserstein',
  form: 'distance',
  range: [0, Number.POSITIVE_INFINITY],
  effectMeasure: 'normalised-wasserstein',
  smallestEffect: 0.125,
  onSorted: normalisedWasserstein,
});
