import type { ValueKind } from '../../../contracts/index.js';
import type { TextFacts } from '../dataset/text-treatment.js';

/**
 * Format of a stored profile of a data set. Not `millrace-profile/1`, which is the reference that a
 * monitor keeps with a model version: windows in time, calibrated ranges and performance.
 */
export const DATA_PROFILE_FORMAT = 'millrace-data-profile/1';

/** A column of numbers is kept whole, value by value with its rows, up to this many distinct ones. */
export const EXACT_VALUES = 10_000;
/** Values that stand for a column past that: even steps through its ranks. */
export const SKETCH_VALUES = 4_096;
/** Categories that are counted; more than these are bounded as `CategoryCounts` says. */
export const COUNTED_CATEGORIES = 10_000;

/** A data set summarised once, so that later comparisons need not read it. */
export interface DataProfile {
  readonly format: typeof DATA_PROFILE_FORMAT;
  /** Version of millrace that made it; `null` where its maker did not say. */
  readonly madeBy: string | null;
  /** Of the bytes of the file, hexadecimal; `null` for data that was no single file, a merge too. */
  readonly sha256: string | null;
  /** Digests of the files that a merged profile stands for, in order; empty otherwise. */
  readonly mergedFrom: readonly string[];
  readonly rows: number;
  /** The schema: names and kinds, in the order of the file. */
  readonly columns: readonly DataColumnProfile[];
}

export type DataColumnProfile = NumericColumnProfile | CategoricalColumnProfile;

interface ColumnProfileBase {
  readonly name: string;
  /** Rows without a value. */
  readonly missing: number;
  readonly distinct: DistinctCount;
}

/** Different values that are there, infinite ones among them. */
export interface DistinctCount {
  readonly count: number;
  readonly exact: boolean;
  /**
   * HyperLogLog registers, one byte each, so that merged profiles can count on; `null` where
   * `exact`, since then the values themselves are in the profile.
   */
  readonly registers: Uint8Array | null;
}

/** A column of numbers, or of times as ms since the epoch (UTC). */
export interface NumericColumnProfile extends ColumnProfileBase {
  readonly kind: Extract<ValueKind, 'number' | 'integer' | 'timestamp'>;
  /** ±∞: they take part in ranks, not in extremes and moments. */
  readonly infinite: { readonly negative: number; readonly positive: number };
  readonly moments: ColumnMoments;
  readonly sample: WeightedSample;
}

/** Of the finite values. `null` where there is none, or the number is too large to be one. */
export interface ColumnMoments {
  readonly rows: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Of the sample (n − 1); `null` below two values. */
  readonly standardDeviation: number | null;
  /** m₃ / m₂^1.5 of the population; `null` for a constant. */
  readonly skewness: number | null;
}

/** The finite values of a column, ascending, each with the rows that it stands for. */
export interface WeightedSample {
  /** Strictly ascending. */
  readonly values: Float64Array;
  /** Rows of each value: whole, ≥ 1, their sum is the number of finite values. */
  readonly counts: Float64Array;
  /**
   * Proven bound, in rows: for no x does the number of rows ≤ x (or < x) that the sample gives
   * differ by more from the true one. 0: the sample is the column, value by value.
   */
  readonly rankError: number;
}

/** Text, or a boolean as the categories `true` and `false`. */
export interface CategoricalColumnProfile extends ColumnProfileBase {
  readonly kind: Extract<ValueKind, 'string' | 'boolean'>;
  readonly categories: CategoryCounts;
  /** What text columns have besides; `null` for booleans. */
  readonly text: TextProfile | null;
}

export interface TextProfile {
  /** UTF-16 code units of each value that is there, as a column of whole numbers. */
  readonly lengths: NumericColumnProfile;
  /** Of the first values: whether the column holds free text, names or identifiers. */
  readonly facts: TextFacts;
  /** Rows by word (a word that a row has twice counts twice) of free text; `null` for the others. */
  readonly words: CategoryCounts | null;
}

/** Rows by category, most frequent first, equal ones in code-unit order; at most {@link COUNTED_CATEGORIES}. */
export interface CategoryCounts {
  /** Names as `categoryName` gives them: very long texts are shortened. */
  readonly values: readonly string[];
  readonly counts: Float64Array;
  /** Rows with a value that are in none of the counts. */
  readonly otherRows: number;
  /**
   * Proven bound, in rows: no count is too small by more, and a category that is not listed has no
   * more rows than this. No count is too large. 0: every category is listed with its exact count.
   */
  readonly undercount: number;
}
