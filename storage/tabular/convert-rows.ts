import { withDatabase } from './database.js';
import type { ReadOptions } from './read-table.js';
import { type ChunkReader, chunkReader } from './scan-columns.js';
import { openSource } from './source.js';
import type { Column } from './table.js';
import { explainTableError } from './table-error.js';
import { openTableFile } from './table-file.js';
import { conversionOf, type WantedColumn } from './wanted-column.js';

/** Some rows, each column of the kind that was asked for. Valid until their taker's promise settles. */
export interface ConvertedRows {
  readonly rows: number;
  /** As they were asked for, in that order. */
  readonly columns: readonly Column[];
  /** Why a row does not fit, one entry a row; `null` where it does. */
  readonly complaints: readonly (string | null)[];
}

export interface ConvertOptions extends ReadOptions {
  /** Rows at the beginning that are left out. */
  readonly skipRows?: number;
}

/**
 * Streams columns in the order of the rows, each brought to the kind that is wanted: text that is a
 * number where numbers are wanted, numbers as text where text is. What cannot be is missing there, and
 * the row is complained of.
 *
 * @param wanted - at least one
 * @returns the number of rows
 * @throws MillraceError `InvalidInput` where the file lacks a column or cannot be read
 */
export async function convertRows(
  path: string,
  wanted: readonly WantedColumn[],
  { format, signal, skipRows = 0 }: ConvertOptions,
  take: (rows: ConvertedRows) => Promise<void>,
): Promise<number> {
  const file = await openTableFile(path, format);
  return withDatabase([file.path], signal, async (connection) => {
    const source = await openSource(connection, file);
    const picked = source.pick(wanted.map(({ name }) => name));
    const conversions = wanted.flatMap((column, index) => {
      const from = picked[index];
      return from === undefined ? [] : [conversionOf(from, column, file.format === 'csv')];
    });
    const complaints = conversions.flatMap(({ complaint }) => complaint ?? []);
    const complaint = complaints.length === 0 ? 'NULL' : `CASE ${complaints.join(' ')} END`;
    const values = conversions.map(({ value }) => value);
    const sql = `SELECT ${values.join(', ')}, CAST(${complaint} AS VARCHAR) FROM ${source.raw}
      LIMIT ALL OFFSET ${Math.floor(skipRows)}`;
    const readers: readonly ChunkReader[] = [...wanted, COMPLAINT].map(chunkReader);
    let rows = 0;
    try {
      const result = await connection.stream(sql);
      for (let chunk = await result.fetchChunk(); chunk; chunk = await result.fetchChunk()) {
        const length = chunk.rowCount;
        if (length === 0) break;
        signal?.throwIfAborted();
        const read = chunk;
        const columns = readers.map((reader, index) => reader(read, index, length));
        const told = columns.pop();
        await take({
          rows: length,
          columns,
          complaints: told?.kind === 'string' ? told.values : [],
        });
        rows += length;
      }
    } catch (error) {
      throw explainTableError(error, file.path, file.format);
    }
    return rows;
  });
}

const COMPLAINT = { name: '', kind: 'string' } as const;
