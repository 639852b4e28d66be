import { setImmediate } from 'node:timers/promises';
import { MillraceError, parseEventTimeMs } from '../../contracts/index.js';
import type { Column, Table } from '../../storage/tabular/table.js';
import type { ColumnKind, ColumnValues } from '../drift/index.js';

export function findColumn(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

/** @throws MillraceError `InvalidInput` when the table has no such column */
export function requireColumn(table: Table, name: string, what: string): Column {
  const column = findColumn(table, name);
  if (column !== undefined) return column;
  throw new MillraceError(
    'InvalidInput',
    `${what} has no column ${name}`,
    `its columns are: ${table.columns.map((present) => present.name).join(', ')}`,
  );
}

/** Numbers and times are numeric; text and booleans are categories. */
export function kindOf(column: Column): ColumnKind {
  return column.kind === 'string' || column.kind === 'boolean' ? 'categorical' : 'numeric';
}

/**
 * A column as statistics take it. Numbers become categories by their text and booleans by theirs;
 * text that is asked for as numbers is missing, since a model that expects numbers got none.
 */
export function columnValues(column: Column, kind: ColumnKind): ColumnValues {
  if (kind === 'numeric') {
    const values =
      column.kind === 'string'
        ? new Float64Array(column.values.length).fill(Number.NaN)
        : column.values;
    return { kind, values };
  }
  if (column.kind === 'string') return { kind, values: column.values };
  const text = column.kind === 'boolean' ? (value: number) => String(value !== 0) : String;
  const values = Array.from(column.values, (value) => (Number.isNaN(value) ? null : text(value)));
  return { kind, values };
}

/** The same column of several tables, one after the other; they are of one kind. */
export function concatenate(parts: readonly ColumnValues[], kind: ColumnKind): ColumnValues {
  if (kind === 'categorical') {
    return {
      kind,
      values: parts.flatMap((part) => (part.kind === 'categorical' ? part.values : [])),
    };
  }
  const numbers = parts.flatMap((part) => (part.kind === 'numeric' ? [part.values] : []));
  const values = new Float64Array(numbers.reduce((rows, part) => rows + part.length, 0));
  let start = 0;
  for (const part of numbers) {
    values.set(part, start);
    start += part.length;
  }
  return { kind, values };
}

/** Event time in ms a row; NaN where the column has none. Text is read as RFC 3339. */
export function eventTimes(column: Column): Float64Array {
  if (column.kind !== 'string') return column.values;
  return Float64Array.from(column.values, (text) =>
    text === null ? Number.NaN : (parseEventTimeMs(text) ?? Number.NaN),
  );
}

/** A table of some of the rows, in the order given. */
export function selectRows(table: Table, rows: readonly number[]): Table {
  const columns = table.columns.map(
    (column): Column =>
      column.kind === 'string'
        ? { ...column, values: rows.map((row) => column.values[row] ?? null) }
        : { ...column, values: Float64Array.from(rows, (row) => column.values[row] ?? Number.NaN) },
  );
  return { ...table, rows: rows.length, columns };
}

/** Rows in which a column has a value. */
export function rowsWithValue(column: Column): number[] {
  const rows: number[] = [];
  for (let row = 0; row < column.values.length; row += 1) {
    if (hasValue(column, row)) rows.push(row);
  }
  return rows;
}

export function hasValue(column: Column, row: number): boolean {
  const value = column.values[row];
  return value !== null && value !== undefined && !Number.isNaN(value);
}

/** Called between columns: one column of a million rows is tens of milliseconds. */
export type Pause = () => Promise<void>;

/** Lets other events (heartbeats, cancellation) be handled, then says that work goes on. */
export function pauseWith(onProgress?: () => void, signal?: AbortSignal): Pause {
  return async () => {
    onProgress?.();
    await setImmediate();
    signal?.throwIfAborted();
  };
}
