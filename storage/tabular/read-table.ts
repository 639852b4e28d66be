import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { SourceColumn } from './column-kind.js';
import { withDatabase } from './database.js';
import { countRows, openSource, type Source } from './source.js';
import { identifier } from './sql-text.js';
import type { Column, Table, TableFormat, TableSchema } from './table.js';
import { explainTableError } from './table-error.js';
import { openTableFile } from './table-file.js';

export interface ReadOptions {
  /** Default: by the file's extension, or its first bytes. */
  readonly format?: TableFormat;
  readonly signal?: AbortSignal;
}

/**
 * Names, kinds and the number of rows of a file.
 *
 * @throws MillraceError `InvalidInput` when the file is missing, empty, damaged or ragged
 * @example (await describeTable('bikes.csv')).columns; // [{ name: 'hour', kind: 'timestamp' }, …]
 */
export async function describeTable(path: string, options: ReadOptions = {}): Promise<TableSchema> {
  const file = await openTableFile(path, options.format);
  return withDatabase([file.path], options.signal, async (connection) => {
    const { columns, metadata } = await openSource(connection, file);
    return {
      rows: await countRows(connection, file),
      columns: columns.map(({ name, kind }) => ({ name, kind })),
      metadata,
    };
  });
}

/**
 * Reads a file into memory: numbers, whole numbers, booleans (0/1) and times (ms since the epoch)
 * as `Float64Array` with NaN for missing, text as strings with null for missing. Whole numbers
 * beyond ±2⁵³ lose their last digits; ask for fewer columns where that matters.
 *
 * @param options.columns - which columns, in this order; default all
 * @throws MillraceError `InvalidInput` as {@link describeTable}, and on a column that is not there
 */
export async function readTable(
  path: string,
  options: ReadOptions & { readonly columns?: readonly string[] } = {},
): Promise<Table> {
  const file = await openTableFile(path, options.format);
  return withDatabase([file.path], options.signal, async (connection) => {
    const source = await openSource(connection, file);
    const picked = options.columns === undefined ? source.columns : source.pick(options.columns);
    const { rows, columns } = await readColumns(connection, source, picked);
    return { rows, columns, metadata: source.metadata };
  });
}

async function readColumns(
  connection: DuckDBConnection,
  source: Source,
  picked: readonly SourceColumn[],
): Promise<{ readonly rows: number; readonly columns: readonly Column[] }> {
  if (picked.length === 0) return { rows: await countRows(connection, source.file), columns: [] };
  const readers = picked.map(columnReader);
  let rows = 0;
  try {
    const result = await connection.stream(`SELECT ${picked.map(asRead).join(', ')} FROM source`);
    for (let chunk = await result.fetchChunk(); chunk; chunk = await result.fetchChunk()) {
      if (chunk.rowCount === 0) break;
      for (const [index, reader] of readers.entries()) reader.take(chunk, index);
      rows += chunk.rowCount;
    }
  } catch (error) {
    throw explainTableError(error, source.file.path, source.file.format);
  }
  return { rows, columns: readers.map((reader) => reader.finish()) };
}

function asRead({ name, kind }: SourceColumn): string {
  const column = identifier(name);
  if (kind === 'string') return column;
  if (kind === 'timestamp') return `CAST(epoch_ms(${column}) AS DOUBLE)`;
  return kind === 'boolean'
    ? `CAST(CAST(${column} AS TINYINT) AS DOUBLE)`
    : `CAST(${column} AS DOUBLE)`;
}

interface ColumnReader {
  take(chunk: DuckDBDataChunk, index: number): void;
  finish(): Column;
}

function columnReader({ name, kind }: SourceColumn): ColumnReader {
  if (kind === 'string') {
    const values: (string | null)[] = [];
    return {
      take(chunk, index) {
        const vector = chunk.getColumnVector(index);
        for (let row = 0; row < chunk.rowCount; row++) {
          values.push(vector.getItem(row) as string | null);
        }
      },
      finish: () => ({ name, kind, values }),
    };
  }
  let values = new Float64Array(4096);
  let length = 0;
  return {
    take(chunk, index) {
      const vector = chunk.getColumnVector(index);
      if (length + chunk.rowCount > values.length) {
        const grown = new Float64Array(values.length * 2);
        grown.set(values);
        values = grown;
      }
      for (let row = 0; row < chunk.rowCount; row++) {
        values[length++] = (vector.getItem(row) as number | null) ?? Number.NaN;
      }
    },
    finish: () => ({ name, kind, values: values.slice(0, length) }),
  };
}
