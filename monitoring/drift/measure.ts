import type { ColumnKind, ColumnValues } from './column-values.js';

export interface Comparison {
  /** `null` where either sample has no value at all. Never NaN. */
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
  /** Default for the smallest statistic that matters in practice, in the statistic's own unit. */
  readonly smallestEffect: number;
  /**
   * Compares two raw samples of one column; bins come from the reference alone.
   * @throws RangeError when the samples are of different kinds or of one that this cannot take
   */
  readonly compare: (reference: ColumnValues, current: ColumnValues) => Comparison;
}

export const NO_COMPARISON: Comparison = { statistic: null, pValue: null };
