import { formatEventTime, MillraceError } from '../../contracts/index.js';
import {
  DETECTORS,
  INPUT_IN_WORDS,
  type StreamInput,
  takesValue,
} from '../../monitoring/drift/streaming/index.js';
import { type Column, readTable } from '../../storage/tabular/index.js';

/** The values that a detector is given, in the file's order. */
export interface DetectColumn {
  /** Rows of the file. */
  readonly rows: number;
  /** Rows without a value, left out. */
  readonly missing: number;
  readonly values: Float64Array;
  /** The row that each value stands in, counted from 0. */
  readonly rowOf: Int32Array;
  /** What the time column has in a row, as text; `null` without one, or where it is missing. */
  readonly timeOf: (row: number) => string | null;
}

/**
 * Reads one column of a file as a stream of numbers; booleans are 0 and 1.
 *
 * @param shown - the file as the user named it
 * @throws MillraceError `InvalidInput` when the file cannot be read, has no rows or not the column,
 * the column is of text or times, has no value, or one that is infinite
 */
export async function readDetectColumn(
  path: string,
  shown: string,
  column: string,
  time: string | undefined,
  signal: AbortSignal,
): Promise<DetectColumn> {
  const columns = time === undefined || time === column ? [column] : [column, time];
  const table = await readTable(path, { columns, signal });
  const [watched] = table.columns;
  const times = table.columns.find(({ name }) => name === time);
  if (table.rows === 0 || watched === undefined) {
    throw new MillraceError('InvalidInput', `${shown} has no rows`, 'check what wrote the file');
  }
  const all = numbersOf(watched, shown);
  const rowOf = new Int32Array(table.rows);
  let present = 0;
  for (const [row, value] of all.entries()) {
    if (!Number.isNaN(value)) rowOf[present++] = row;
  }
  if (present === 0) throw withoutValue(shown, column);
  const rows = rowOf.slice(0, present);
  return {
    rows: table.rows,
    missing: table.rows - present,
    values: Float64Array.from(rows, (row) => all[row] ?? 0),
    rowOf: rows,
    timeOf: (row) => timeAt(times, row),
  };
}

function numbersOf(column: Column, shown: string): Float64Array {
  if (column.kind === 'string') {
    const text = column.values.find((value) => value !== null);
    if (text === undefined) throw withoutValue(shown, column.name);
    throw new MillraceError(
      'InvalidInput',
      `${shown}: "${column.name}" is a column of text, such as "${cut(text ?? '')}"`,
      'a detector watches numbers: name another column, or make it 0 and 1 first',
    );
  }
  if (column.kind === 'timestamp') {
    throw new MillraceError(
      'InvalidInput',
      `${shown}: "${column.name}" is a column of times`,
      'a detector watches numbers: name another column, and this one as --time',
    );
  }
  return column.values;
}

/**
 * Refuses the first value that a detector of this input would not take.
 *
 * @throws MillraceError `InvalidInput` naming the row
 */
export function refuseUnfit(
  { values, rowOf }: DetectColumn,
  input: StreamInput,
  detector: string,
  place: { readonly shown: string; readonly column: string },
): void {
  const at = values.findIndex((value) => !takesValue(input, value));
  if (at === -1) return;
  const others = DETECTORS.filter((other) => other.input === 'number').map(({ name }) => name);
  throw new MillraceError(
    'InvalidInput',
    `${place.shown}: "${place.column}" is ${values[at]} in row ${rowOf[at]} (counted from 0), but ${detector} takes ${INPUT_IN_WORDS[input]}`,
    input === 'number'
      ? 'mend that row, or leave it empty: missing values are passed over'
      : `name a column of errors, or a detector of any numbers: ${others.join(', ')}`,
  );
}

function withoutValue(shown: string, column: string): MillraceError {
  return new MillraceError(
    'InvalidInput',
    `${shown}: "${column}" has no value in any row`,
    'name another column',
  );
}

function timeAt(column: Column | undefined, row: number): string | null {
  if (column === undefined) return null;
  if (column.kind === 'string') return column.values[row] ?? null;
  const value = column.values[row] ?? Number.NaN;
  if (Number.isNaN(value)) return null;
  return column.kind === 'timestamp' ? formatEventTime(value) : String(value);
}

function cut(text: string): string {
  return text.length > 30 ? `${text.slice(0, 29)}…` : text;
}
