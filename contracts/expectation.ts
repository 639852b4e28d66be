export const EXPECTATION_TYPES = [
  'expect_table_row_count_to_be_between',
  'expect_column_to_exist',
  'expect_column_values_to_not_be_null',
  'expect_column_values_to_be_unique',
  'expect_column_values_to_be_in_set',
  'expect_column_values_to_be_between',
] as const;
export type ExpectationType = (typeof EXPECTATION_TYPES)[number];

/** `critical` fails the step, `warning` is only reported. */
export type ExpectationSeverity = 'critical' | 'warning';

export interface RowCountBetween {
  readonly min_value?: number;
  readonly max_value?: number;
  /** Default false: the bounds themselves are allowed. */
  readonly strict_min?: boolean;
  readonly strict_max?: boolean;
}

export interface ColumnExists {
  readonly column: string;
}

export interface ColumnValues {
  readonly column: string;
  /** Share of the rows (nulls left out where the expectation leaves them out) that must pass, in [0, 1]; default 1. */
  readonly mostly?: number;
}

export interface ColumnValuesInSet extends ColumnValues {
  readonly value_set: readonly (string | number | boolean)[];
}

/** Bounds are numbers, or dates for a column of times. At least one is given. */
export interface ColumnValuesBetween extends ColumnValues {
  readonly min_value?: number | string;
  readonly max_value?: number | string;
  readonly strict_min?: boolean;
  readonly strict_max?: boolean;
}

interface ExpectationKwargs {
  readonly expect_table_row_count_to_be_between: RowCountBetween;
  readonly expect_column_to_exist: ColumnExists;
  readonly expect_column_values_to_not_be_null: ColumnValues;
  readonly expect_column_values_to_be_unique: ColumnValues;
  readonly expect_column_values_to_be_in_set: ColumnValuesInSet;
  readonly expect_column_values_to_be_between: ColumnValuesBetween;
}

/**
 * One expectation as it stands in the file: exactly one `expect_…` key with its keyword arguments,
 * and a severity (default `critical`).
 *
 * @example { expect_column_values_to_not_be_null: { column: 'temperature', mostly: 0.99 } }
 */
export type ExpectationInput = {
  readonly [Type in ExpectationType]?: ExpectationKwargs[Type];
} & { readonly severity?: ExpectationSeverity };
