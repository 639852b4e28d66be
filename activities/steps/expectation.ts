import {
  EXPECTATION_TYPES,
  type ExpectationInput,
  type ExpectationSeverity,
  type ExpectationType,
  MillraceError,
} from '../../contracts/index.js';
import type { ColumnCheck } from '../../storage/tabular/index.js';

/** The keyword arguments of all six; each reads its own. */
interface Kwargs {
  readonly column?: string;
  readonly mostly?: number;
  readonly value_set?: readonly (string | number | boolean)[];
  readonly min_value?: number | string;
  readonly max_value?: number | string;
  readonly strict_min?: boolean;
  readonly strict_max?: boolean;
}

/** One expectation of the file, taken apart. */
export interface Expectation {
  readonly type: ExpectationType;
  readonly kwargs: Kwargs;
  readonly severity: ExpectationSeverity;
}

/** @throws MillraceError `InvalidInput` when it names none or two, or one that there is not */
export function readExpectation(input: ExpectationInput): Expectation {
  const { severity = 'critical', ...named } = input;
  const [entry, second] = Object.entries(named);
  const type = EXPECTATION_TYPES.find((known) => known === entry?.[0]);
  if (entry === undefined || second !== undefined || type === undefined) {
    throw new MillraceError(
      'InvalidInput',
      `an expectation names ${Object.keys(named).join(' and ') || 'nothing'}`,
      `it names exactly one of ${EXPECTATION_TYPES.join(', ')}`,
    );
  }
  return { type, kwargs: entry[1] as Kwargs, severity };
}

/**
 * The check that counts unexpected values of a column; `null` where the expectation is about the
 * table, not about values.
 */
export function columnCheckOf({ type, kwargs }: Expectation): ColumnCheck | null {
  const column = kwargs.column ?? '';
  switch (type) {
    case 'expect_table_row_count_to_be_between':
    case 'expect_column_to_exist':
      return null;
    case 'expect_column_values_to_not_be_null':
      return { kind: 'not-null', column };
    case 'expect_column_values_to_be_unique':
      return { kind: 'unique', column };
    case 'expect_column_values_to_be_in_set':
      return { kind: 'in-set', column, values: kwargs.value_set ?? [] };
    case 'expect_column_values_to_be_between':
      return {
        kind: 'between',
        column,
        ...(kwargs.min_value !== undefined && { min: kwargs.min_value }),
        ...(kwargs.max_value !== undefined && { max: kwargs.max_value }),
        strictMin: kwargs.strict_min ?? false,
        strictMax: kwargs.strict_max ?? false,
      };
  }
}

/** Whether a number of rows lies within the bounds of `expect_table_row_count_to_be_between`. */
export function rowCountIsExpected(rows: number, kwargs: Kwargs): boolean {
  const { min_value = 0, max_value = Number.POSITIVE_INFINITY } = kwargs;
  const [min, max] = [Number(min_value), Number(max_value)];
  const aboveMin = kwargs.strict_min === true ? rows > min : rows >= min;
  return aboveMin && (kwargs.strict_max === true ? rows < max : rows <= max);
}
