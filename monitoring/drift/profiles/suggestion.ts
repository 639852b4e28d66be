import type { ExpectationInput, ValueKind } from '../../../contracts/index.js';
import { formatEventTime } from '../../../contracts/index.js';

/** What the data of a profile keeps to, as one expectation of a `validate` step. */
export type Suggestion =
  | { readonly type: 'row-count'; readonly min: number; readonly max: number }
  | { readonly type: 'exists'; readonly column: string }
  | { readonly type: 'not-null'; readonly column: string; readonly mostly: number }
  | { readonly type: 'unique'; readonly column: string }
  | {
      readonly type: 'in-set';
      readonly column: string;
      readonly values: readonly (string | number)[];
      readonly mostly: number;
    }
  | {
      readonly type: 'between';
      readonly column: string;
      readonly kind: ValueKind;
      /** Ms since the epoch for times. */
      readonly min: number;
      readonly max: number;
      readonly mostly: number;
    };

/**
 * A suggestion as it stands in a pipeline's file. Whether a file has the usual number of rows is
 * only a warning: another period has another.
 *
 * @example
 * expectationOf({ type: 'not-null', column: 'price', mostly: 0.99 });
 * // { expect_column_values_to_not_be_null: { column: 'price', mostly: 0.99 } }
 */
export function expectationOf(suggestion: Suggestion): ExpectationInput {
  switch (suggestion.type) {
    case 'row-count':
      return {
        expect_table_row_count_to_be_between: {
          min_value: suggestion.min,
          max_value: suggestion.max,
        },
        severity: 'warning',
      };
    case 'exists':
      return { expect_column_to_exist: { column: suggestion.column } };
    case 'not-null':
      return { expect_column_values_to_not_be_null: columnAndShare(suggestion) };
    case 'unique':
      return { expect_column_values_to_be_unique: { column: suggestion.column } };
    case 'in-set': {
      const { column, ...share } = columnAndShare(suggestion);
      return {
        expect_column_values_to_be_in_set: { column, value_set: suggestion.values, ...share },
      };
    }
    case 'between': {
      const { column, ...share } = columnAndShare(suggestion);
      const bound = (value: number) =>
        suggestion.kind === 'timestamp' ? formatEventTime(value) : value;
      return {
        expect_column_values_to_be_between: {
          column,
          min_value: bound(suggestion.min),
          max_value: bound(suggestion.max),
          ...share,
        },
      };
    }
  }
}

function columnAndShare({ column, mostly }: { readonly column: string; readonly mostly: number }): {
  readonly column: string;
  readonly mostly?: number;
} {
  return mostly === 1 ? { column } : { column, mostly };
}
