import type { DuckDBConnection } from '@duckdb/node-api';
import type { ValueKind } from '../../contracts/index.js';
import { countPresent, countValues, type ValueCounts } from './count-values.js';
import { type TabularLimits, withDatabase } from './database.js';
import type { ReadOptions } from './read-table.js';
import { scanColumns, type TakeRows } from './scan-columns.js';
import { countRows, openSource, type Source } from './source.js';
import type { TableFormat } from './table.js';
import { openTableFile } from './table-file.js';

export interface OpenColumn {
  readonly name: string;
  readonly kind: ValueKind;
  /** Its values are lists of numbers; `kind` is `string`, their JSON text. */
  readonly isVector: boolean;
}

/** A file that is read more than once: its columns are known, text formats are parsed already. */
export interface OpenTable {
  readonly format: TableFormat;
  readonly columns: readonly OpenColumn[];
  /** Key–value metadata of a Parquet file; empty otherwise. */
  readonly metadata: { readonly [key: string]: string };
  countRows(): Promise<number>;
  /** Rows whose value is there, of each column. @throws MillraceError as `scan` */
  countPresent(columns: readonly string[]): Promise<readonly number[]>;
  /**
   * Streams columns in the order of the rows; the arrays are valid until `take` returns.
   * @param firstRows - reads no more than these; default all
   * @returns the number of rows
   * @throws MillraceError `InvalidInput` on a column that is not there, or a value that cannot be read
   */
  scan(columns: readonly string[], take: TakeRows, firstRows?: number): Promise<number>;
  /** How often each value of a column occurs, as text. @throws MillraceError as `scan` */
  countValues(column: string): Promise<ValueCounts>;
}

/**
 * Opens a file for several passes, and closes it when `use` has ended.
 *
 * @param options.limits - of this table alone; default those of the process
 * @throws MillraceError `InvalidInput` when the file is missing, empty, damaged or ragged
 */
export async function openTable<T>(
  path: string,
  options: ReadOptions & { readonly limits?: Partial<TabularLimits> },
  use: (table: OpenTable) => Promise<T>,
): Promise<T> {
  const file = await openTableFile(path, options.format);
  return withDatabase(
    [file.path],
    options.signal,
    async (connection) =>
      use(tableOf(connection, await openSource(connection, file, 'often'), options.signal)),
    options.limits,
  );
}

function tableOf(
  connection: DuckDBConnection,
  source: Source,
  signal: AbortSignal | undefined,
): OpenTable {
  return {
    format: source.file.format,
    columns: source.columns.map(({ name, kind, asVector }) => ({
      name,
      kind,
      isVector: asVector !== undefined,
    })),
    metadata: source.metadata,
    countRows: () => countRows(connection, source),
    scan: (columns, take, firstRows) =>
      scanColumns(connection, source, source.pick(columns), take, {
        ...(signal && { signal }),
        ...(firstRows !== undefined && { firstRows }),
      }),
    countPresent: (columns) => countPresent(connection, source, columns),
    countValues: (column) => countValues(connection, source, column),
  };
}

/**
 * Names and kinds of a file's columns, without counting its rows.
 *
 * @throws MillraceError `InvalidInput` when the file is missing, empty, damaged or ragged
 */
export async function describeColumns(
  path: string,
  options: ReadOptions = {},
): Promise<readonly OpenColumn[]> {
  const file = await openTableFile(path, options.format);
  return withDatabase([file.path], options.signal, async (connection) =>
    (await openSource(connection, file)).columns.map(({ name, kind, asVector }) => ({
      name,
      kind,
      isVector: asVector !== undefined,
    })),
  );
}
