import type { ColumnKind, ColumnValues } from '../samples/column-values.js';

export interface Comparison {
  /** `null` where a sample has no value, or too few for the measure. Never NaN. */
  readonly statistic: number | null;
  /** `null` for a distance, and where the statistic is. */
  readonly pValue: number | null;
}

/** A two-sample test or distance: what the registry knows about it. */
export interface Measure {
  /** Kebab-case, in the field's standard terms. */
  readonly name: string;
  readonly form: 'test' | 'distance';
  readonly kinds: readonly ColumnKind[];
  /** What the statistic can be, ends included. */
  readonly range: readonly [number, number];
  /**
   * What says how large a difference is. A distance is its own effect; so is a statistic in [0, 1]
   * as Kolmogorov–Smirnov's. Others name what their `effect` is in: `cohens-d`, `total-variation`.
   */
  readonly effectMeasure: string;
  /**
   * Default for the smallest effect that matters in practice, in the effect's own unit. One principle
   * for all: about what a normal sample shows that moved by 0.125 of its standard deviation (for
   * counts: in tenths of the reference, or in halves where there are two categories).
   */
  readonly smallestEffect: number;
  /**
   * Compares two raw samples of one column; bins come from the reference alone.
   * @throws RangeError when the samples are of different kinds or of one that this cannot take
   */
  readonly compare: (reference: ColumnValues, current: ColumnValues) => EffectComparison;
  /** True where a column may have two values alone; more are refused with a RangeError. */
  readonly twoCategories?: boolean;
  /** The same from counts in the same bins or categories, where the measure needs no more. */
  readonly onCounts?: (
    reference: ArrayLike<number>,
    current: ArrayLike<number>,
  ) => EffectComparison;
  /** The same from ascending finite samples, where the measure needs order. Neither is empty. */
  readonly onSorted?: (reference: Float64Array, current: Float64Array) => EffectComparison;
}

/** A comparison with the size of the difference, in the measure's `effectMeasure`, ≥ 0. */
export interface EffectComparison extends Comparison {
  readonly effect: number | null;
}

export const NO_COMPARISON: EffectComparison = { statistic: null, pValue: null, effect: null };
