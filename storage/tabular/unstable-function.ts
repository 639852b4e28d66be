import type { DuckDBConnection } from '@duckdb/node-api';
import { queryRows } from './database.js';
import { literal } from './sql-text.js';

/**
 * The first of these functions, by name, whose value differs from run to run (`now`, `random`):
 * results are found again by content, so no query of a user may hold one. `null` where all are stable.
 */
export async function firstUnstable(
  connection: DuckDBConnection,
  functions: ReadonlySet<string>,
): Promise<string | null> {
  if (functions.size === 0) return null;
  const [row] = await queryRows(
    connection,
    `SELECT function_name FROM duckdb_functions()
     WHERE stability <> 'CONSISTENT' AND function_name IN (${[...functions].map(literal).join(', ')})
     ORDER BY 1 LIMIT 1`,
  );
  return row === undefined ? null : String(row[0]);
}
