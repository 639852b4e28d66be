import type { ValueKind } from '../../../contracts/index.js';
import { countCategories } from '../samples/column-values.js';

/** A column as its file types it. */
export interface TypedColumn {
  readonly name: string;
  readonly kind: ValueKind;
  /** Numbers (booleans 0/1, times in ms; NaN missing) or text (null missing). */
  readonly values: Float64Array | readonly (string | null)[];
}

/** What data quality is judged by: of one column. */
export interface ColumnFacts {
  readonly name: string;
  readonly kind: ValueKind;
  readonly missing: number;
  /** Of the finite numbers; `null` for text and where there is none. */
  readonly min: number | null;
  readonly max: number | null;
  /** Distinct values of a text column; `null` for numbers and past `MAX_KNOWN_VALUES`. */
  readonly known: ReadonlySet<string> | null;
}

/** Of a whole data set. */
export interface DatasetFacts {
  readonly rows: number;
  readonly columns: readonly ColumnFacts[];
  /** Rows that repeat an earlier row in every column. */
  readonly duplicates: number;
}

/** Past this many values a text column is no list of codes. */
export const MAX_KNOWN_VALUES = 1_000;

/**
 * Facts about a data set.
 *
 * @throws RangeError when columns have different lengths
 * @example datasetFacts([{ name: 'a', kind: 'integer', values: Float64Array.of(1, 1) }]).duplicates; // 1
 */
export function datasetFacts(columns: readonly TypedColumn[]): DatasetFacts {
  const rows = columns[0]?.values.length ?? 0;
  for (const { name, values } of columns) {
    if (values.length !== rows)
      throw new RangeError(`${name} has ${values.length} rows, not ${rows}`);
  }
  return { rows, columns: columns.map(factsOf), duplicates: countDuplicates(columns, rows) };
}

function factsOf({ name, kind, values }: TypedColumn): ColumnFacts {
  if (!(values instanceof Float64Array)) {
    const missing = values.reduce((sum, value) => sum + (value === null ? 1 : 0), 0);
    const distinct = countCategories(values);
    const known = distinct.size > MAX_KNOWN_VALUES ? null : new Set(distinct.keys());
    return { name, kind, missing, min: null, max: null, known };
  }
  let [missing, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (Number.isNaN(value)) missing += 1;
    else if (Number.isFinite(value)) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  const isEmpty = min > max;
  return { name, kind, missing, min: isEmpty ? null : min, max: isEmpty ? null : max, known: null };
}

/** Rows are told apart by their whole text: a hash could take two different rows for one. */
function countDuplicates(columns: readonly TypedColumn[], rows: number): number {
  if (columns.length === 0) return 0;
  const seen = new Set<string>();
  for (let row = 0; row < rows; row += 1) {
    seen.add(JSON.stringify(columns.map(({ values }) => String(values[row]))));
  }
  return rows - seen.size;
}
