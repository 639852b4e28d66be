import type { DuckDBConnection } from '@duckdb/node-api';
import { doublesOf } from './column-vectors.js';
import { queryRows } from './database.js';
import type { Source } from './source.js';
import { identifier } from './sql-text.js';
import { explainTableError } from './table-error.js';
import { TextReader } from './text-vector.js';

/** How often each value of a column occurs. */
export interface ValueCounts {
  readonly missing: number;
  /** Most frequent first; equals by the order of their text. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Counts the values of a column as text: by DuckDB, so that no row becomes a string here. */
export async function countValues(
  connection: DuckDBConnection,
  source: Source,
  name: string,
): Promise<ValueCounts> {
  const part = source.part(source.pick([name]));
  const value = `CAST(${identifier(name)} AS VARCHAR)`;
  const counts = new Map<string, number>();
  let missing = 0;
  try {
    const result = await connection.stream(
      // By place: a column may be called anything.
      `SELECT ${value}, CAST(count(*) AS DOUBLE) FROM ${part} GROUP BY 1 ORDER BY 2 DESC, 1`,
    );
    const reader = new TextReader();
    const texts: (string | null)[] = [];
    const scratch = new Float64Array(2_048);
    for (let chunk = await result.fetchChunk(); chunk; chunk = await result.fetchChunk()) {
      const length = chunk.rowCount;
      if (length === 0) break;
      reader.read(chunk.getColumnVector(0), length, texts);
      const rows = doublesOf(chunk.getColumnVector(1), length, scratch);
      for (let row = 0; row < length; row += 1) {
        const text = texts[row] ?? null;
        if (text === null) missing += rows[row] ?? 0;
        else counts.set(text, rows[row] ?? 0);
      }
    }
  } catch (error) {
    throw explainTableError(error, source.file.path, source.file.format);
  }
  return { missing, counts };
}

/** Rows of `source` whose value is there, of each column. */
export async function countPresent(
  connection: DuckDBConnection,
  source: Source,
  names: readonly string[],
): Promise<readonly number[]> {
  if (names.length === 0) return [];
  const picked = source.pick(names);
  const counts = picked.map(({ name }) => `count(${identifier(name)})`);
  try {
    const query = `SELECT ${counts.join(', ')} FROM ${source.part(picked)}`;
    const [row = []] = await queryRows(connection, query);
    return row.map(Number);
  } catch (error) {
    throw explainTableError(error, source.file.path, source.file.format);
  }
}
