import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { SourceColumn } from './column-kind.js';
import { doublesOf } from './column-vectors.js';
import type { Source } from './source.js';
import type { Column } from './table.js';
import { explainTableError } from './table-error.js';
import { TextReader } from './text-vector.js';

/** Takes some rows of a table. The arrays are valid until it returns: copy what is to be kept. */
export type TakeRows = (columns: readonly Column[], rows: number) => void;

/** Rows of the largest chunk that DuckDB gives. */
const CHUNK_ROWS = 2_048;

/**
 * Streams columns of a source, a chunk at a time, in the order of its rows.
 *
 * @param picked - at least one
 * @param options.firstRows - reads no more than these; default all
 * @returns the number of rows
 * @throws MillraceError `InvalidInput` where a value cannot be read
 */
export async function scanColumns(
  connection: DuckDBConnection,
  source: Source,
  picked: readonly SourceColumn[],
  take: TakeRows,
  { signal, firstRows }: { readonly signal?: AbortSignal; readonly firstRows?: number } = {},
): Promise<number> {
  const readers = picked.map(chunkReader);
  let rows = 0;
  try {
    const limit = firstRows === undefined ? '' : ` LIMIT ${Math.floor(firstRows)}`;
    const result = await connection.stream(`${source.reading(picked)}${limit}`);
    for (let chunk = await result.fetchChunk(); chunk; chunk = await result.fetchChunk()) {
      const length = chunk.rowCount;
      if (length === 0) break;
      // What DuckDB has buffered comes whether it was interrupted or not.
      signal?.throwIfAborted();
      const read = chunk;
      take(
        readers.map((reader, index) => reader(read, index, length)),
        length,
      );
      rows += length;
    }
  } catch (error) {
    throw explainTableError(error, source.file.path, source.file.format);
  }
  return rows;
}

/** Reads a column of a chunk; what it gives is valid until its next call. */
export type ChunkReader = (chunk: DuckDBDataChunk, index: number, rows: number) => Column;

export function chunkReader({ name, kind }: Pick<SourceColumn, 'name' | 'kind'>): ChunkReader {
  if (kind === 'string') {
    const reader = new TextReader();
    const values: (string | null)[] = [];
    return (chunk, index, rows) => {
      reader.read(chunk.getColumnVector(index), rows, values);
      return { name, kind, values };
    };
  }
  const scratch = new Float64Array(CHUNK_ROWS);
  return (chunk, index, rows) => ({
    name,
    kind,
    values: doublesOf(chunk.getColumnVector(index), rows, scratch),
  });
}
