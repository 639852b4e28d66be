import type { DuckDBConnection } from '@duckdb/node-api';
import type { SourceColumn } from './column-kind.js';
import { withDatabase } from './database.js';
import { scanColumns } from './scan-columns.js';
import { countRows, openSource, type Source } from './source.js';
import type { Column, Table, TableFormat, TableSchema } from './table.js';
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
    const source = await openSource(connection, file);
    const { columns, metadata } = source;
    return {
      rows: await countRows(connection, source),
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
    const { rows, columns } = await readColumns(connection, source, picked, options.signal);
    return { rows, columns, metadata: source.metadata };
  });
}

async function readColumns(
  connection: DuckDBConnection,
  source: Source,
  picked: readonly SourceColumn[],
  signal: AbortSignal | undefined,
): Promise<{ readonly rows: number; readonly columns: readonly Column[] }> {
  if (picked.length === 0) return { rows: await countRows(connection, source), columns: [] };
  const collectors = picked.map(columnCollector);
  const take = (columns: readonly Column[]) => {
    for (const [index, column] of columns.entries()) collectors[index]?.take(column);
  };
  const rows = await scanColumns(connection, source, picked, take, { ...(signal && { signal }) });
  return { rows, columns: collectors.map((collector) => collector.finish()) };
}

interface ColumnCollector {
  take(part: Column): void;
  finish(): Column;
}

function columnCollector({ name, kind }: SourceColumn): ColumnCollector {
  if (kind === 'string') {
    const values: (string | null)[] = [];
    return {
      take(part) {
        if (part.kind !== 'string') return;
        for (const value of part.values) values.push(value);
      },
      finish: () => ({ name, kind, values }),
    };
  }
  let values = new Float64Array(4096);
  let length = 0;
  return {
    take(part) {
      if (part.kind === 'string') return;
      if (length + part.values.length > values.length) {
        const grown = new Float64Array(values.length * 2);
        grown.set(values);
        values = grown;
      }
      values.set(part.values, length);
      length += part.values.length;
    },
    finish: () => ({ name, kind, values: values.slice(0, length) }),
  };
}
