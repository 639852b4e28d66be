import type { ValueKind } from '../../contracts/index.js';

/** A column of numbers: `number`, `integer`, `boolean` (0/1) and `timestamp` (ms since the epoch, UTC). */
export interface NumericColumn {
  readonly name: string;
  readonly kind: Exclude<ValueKind, 'string'>;
  /** One entry a row; NaN where the value is missing. */
  readonly values: Float64Array;
}

export interface TextColumn {
  readonly name: string;
  readonly kind: 'string';
  /** One entry a row; null where the value is missing. */
  readonly values: readonly (string | null)[];
}

export type Column = NumericColumn | TextColumn;

export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
  /** Key–value metadata of a Parquet file (`millrace.time` names its time column); empty otherwise. */
  readonly metadata: { readonly [key: string]: string };
}

/** The columns of these names, in this order; a name that the table lacks is left out. */
export function pickColumns(table: Table, names: readonly string[]): Table {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  return { ...table, columns: names.flatMap((name) => byName.get(name) ?? []) };
}

/** Name and kind of each column, and the number of rows, without the data. */
export interface TableSchema {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly kind: ValueKind }[];
  readonly metadata: { readonly [key: string]: string };
}

/** Metadata key under which a Parquet file names its event-time column. */
export const TIME_COLUMN_KEY = 'millrace.time';

export type TableFormat = 'parquet' | 'csv' | 'ndjson';
