import { dirname, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { makeDirectory, replaceFile } from '../durable-file.js';
import { queryRows } from './database.js';
import { identifier, literal } from './sql-text.js';

/**
 * Makes a Parquet file whole or not at all: `write` is given the temporary path that is renamed to
 * `destination` afterwards.
 */
export async function publishParquet(
  destination: string,
  write: (temporaryPath: string) => Promise<void>,
): Promise<void> {
  const path = resolve(destination);
  await makeDirectory(dirname(path));
  await replaceFile(path, write);
}

/**
 * Writes the rows of a query, in its order, to a Parquet file (zstd).
 * The same rows and metadata give the same bytes.
 *
 * @returns number of rows
 */
export async function copyToParquet(
  connection: DuckDBConnection,
  query: string,
  path: string,
  metadata: { readonly [key: string]: string },
): Promise<number> {
  const pairs = Object.entries(metadata)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${identifier(key)}: ${literal(value)}`);
  const keyed = pairs.length === 0 ? '' : `, KV_METADATA {${pairs.join(', ')}}`;
  const [row = []] = await queryRows(
    connection,
    `COPY (${query}) TO ${literal(path)}
     (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false${keyed})`,
  );
  return Number(row[0]);
}
