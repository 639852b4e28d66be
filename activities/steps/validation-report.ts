import { distance } from 'fastest-levenshtein';
import {
  type CheckedValue,
  type ColumnCheckResult,
  checkColumns,
  describeTable,
  type TableSchema,
} from '../../storage/tabular/index.js';
import { columnCheckOf, type Expectation, rowCountIsExpected } from './expectation.js';

/** Unexpected values that a result lists. */
const LISTED_VALUES = 20;

/** Result of one expectation, in the shape of Great Expectations. */
export interface ExpectationResult {
  readonly expectation_config: Pick<Expectation, 'type' | 'kwargs' | 'severity'>;
  readonly success: boolean;
  readonly result: {
    readonly element_count: number;
    readonly unexpected_count: number;
    /** Of the values that are not null (for `…_to_not_be_null`, of all), in percent. */
    readonly unexpected_percent: number;
    readonly missing_count: number;
    readonly partial_unexpected_list: readonly CheckedValue[];
    /** The number of rows, or whether the column is there. */
    readonly observed_value?: number | boolean;
  };
  /** What a reader should know: why it failed, or that there was nothing to check. */
  readonly note: string | null;
}

export interface ValidationReport {
  /** No critical expectation failed. */
  readonly success: boolean;
  readonly statistics: {
    readonly evaluated_expectations: number;
    readonly successful_expectations: number;
    readonly unsuccessful_expectations: number;
  };
  readonly results: readonly ExpectationResult[];
}

/**
 * Checks a Parquet file against expectations.
 *
 * `mostly` is the share of the values that must be as expected; nulls are not values, except where
 * null is what is asked about. A column without values passes, with a note. A column that is not
 * there fails.
 *
 * @throws MillraceError `InvalidInput` when a bound cannot be compared with the column's kind
 */
export async function checkExpectations(
  path: string,
  expectations: readonly Expectation[],
  signal: AbortSignal,
): Promise<ValidationReport> {
  const options = { format: 'parquet', signal } as const;
  const schema = await describeTable(path, options);
  const names = new Set(schema.columns.map(({ name }) => name));
  const checks = expectations.flatMap((expectation) => {
    const check = columnCheckOf(expectation);
    return check !== null && names.has(check.column) ? [{ expectation, check }] : [];
  });
  const counted = await checkColumns(
    path,
    checks.map(({ check }) => check),
    { ...options, examples: LISTED_VALUES },
  );
  const countsOf = new Map(checks.map(({ expectation }, at) => [expectation, counted[at]]));
  const results = expectations.map((expectation): ExpectationResult => {
    const counts = countsOf.get(expectation);
    const judged =
      counts === undefined ? judgeTable(expectation, schema) : judgeValues(expectation, counts);
    return { expectation_config: expectation, ...judged };
  });
  const failed = results.filter(({ success }) => !success);
  return {
    success: failed.every(({ expectation_config }) => expectation_config.severity === 'warning'),
    statistics: {
      evaluated_expectations: results.length,
      successful_expectations: results.length - failed.length,
      unsuccessful_expectations: failed.length,
    },
    results,
  };
}

type Judged = Omit<ExpectationResult, 'expectation_config'>;

function judgeValues({ type, kwargs }: Expectation, counts: ColumnCheckResult): Judged {
  const { rows, missing, unexpected, examples } = counts;
  const values = type === 'expect_column_values_to_not_be_null' ? rows : rows - missing;
  const mostly = kwargs.mostly ?? 1;
  const success = values === 0 || (values - unexpected) / values >= mostly;
  const percent = values === 0 ? 0 : (100 * unexpected) / values;
  const listed: CheckedValue[] = [];
  for (const { value, count } of examples) {
    for (let at = 0; at < count && listed.length < LISTED_VALUES; at += 1) listed.push(value);
  }
  return {
    success,
    result: {
      element_count: rows,
      unexpected_count: unexpected,
      unexpected_percent: percent,
      missing_count: missing,
      partial_unexpected_list: listed,
    },
    note: success ? noteOnPassed(values) : noteOnFailed(counts, values, mostly),
  };
}

function noteOnPassed(values: number): string | null {
  return values === 0 ? 'no values to check: every one is null' : null;
}

function noteOnFailed(counts: ColumnCheckResult, values: number, mostly: number): string {
  const { unexpected, examples } = counts;
  const percent = ((100 * unexpected) / values).toFixed(2);
  const shown = examples.slice(0, 3).map(({ value }) => JSON.stringify(value));
  const example = shown.every((text) => text === 'null') ? '' : `, such as ${shown.join(', ')}`;
  const allowed =
    mostly === 1 ? 'none is allowed' : `at least ${100 * mostly} % must be as expected`;
  return `${unexpected} of ${values} values (${percent} %) are unexpected${example}; ${allowed}`;
}

function judgeTable({ type, kwargs }: Expectation, { rows, columns }: TableSchema): Judged {
  const result = {
    element_count: rows,
    unexpected_count: 0,
    unexpected_percent: 0,
    missing_count: 0,
    partial_unexpected_list: [],
  };
  if (type === 'expect_table_row_count_to_be_between') {
    const success = rowCountIsExpected(rows, kwargs);
    const note = success ? null : `the table has ${rows} rows`;
    return { success, result: { ...result, observed_value: rows }, note };
  }
  const column = kwargs.column ?? '';
  const success = columns.some(({ name }) => name === column);
  const note = success ? null : `there is no column ${column}${nearestColumn(column, columns)}`;
  return { success, result: { ...result, observed_value: success }, note };
}

function nearestColumn(wanted: string, columns: TableSchema['columns']): string {
  const away = (name: string) => distance(name.toLowerCase(), wanted.toLowerCase());
  const [nearest] = columns.map(({ name }) => name).sort((a, b) => away(a) - away(b));
  return nearest !== undefined && away(nearest) <= Math.max(2, wanted.length / 3)
    ? `; did you mean ${nearest}?`
    : `; there are: ${columns.map(({ name }) => name).join(', ')}`;
}
