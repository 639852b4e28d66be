import { openTable } from './open-table.js';
import type { ReadOptions } from './read-table.js';
import type { TakeRows } from './scan-columns.js';
import type { TableSchema } from './table.js';

/**
 * Streams a file's columns through memory, some thousand rows at a time: numbers, whole numbers,
 * booleans (0/1) and times (ms since the epoch) as `Float64Array` with NaN for missing, text as
 * strings with null for missing. Rows come in the order of the file.
 *
 * @param options.columns - which columns, in this order; default all
 * @param take - is given the columns' values of some rows; the arrays are valid until it returns
 * @returns names and kinds of the columns asked for, and the number of rows
 * @throws MillraceError `InvalidInput` when the file is missing, empty, damaged or ragged, or lacks a
 * column; what `take` throws ends the scan
 * @example
 * let sum = 0;
 * await scanTable('bikes.parquet', { columns: ['rentals'] }, ([rentals]) => {
 *   if (rentals?.kind === 'integer') for (const value of rentals.values) sum += value;
 * });
 */
export function scanTable(
  path: string,
  options: ReadOptions & { readonly columns?: readonly string[] },
  take: TakeRows,
): Promise<TableSchema> {
  return openTable(path, options, async (table) => {
    const names = options.columns ?? table.columns.map(({ name }) => name);
    const rows = names.length === 0 ? await table.countRows() : await table.scan(names, take);
    const kinds = new Map(table.columns.map(({ name, kind }) => [name, kind]));
    const columns = names.flatMap((name) => {
      const kind = kinds.get(name);
      return kind === undefined ? [] : [{ name, kind }];
    });
    return { rows, columns, metadata: table.metadata };
  });
}
