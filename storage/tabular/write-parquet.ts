import { setImmediate as nextTurn } from 'node:timers/promises';
import { DOUBLE, type DuckDBConnection, DuckDBDataChunk, VARCHAR } from '@duckdb/node-api';
import { MillraceError } from '../../contracts/index.js';
import { PHYSICAL_TYPE } from './column-kind.js';
import { withDatabase } from './database.js';
import { copyToParquet, publishParquet } from './publish-parquet.js';
import { identifier } from './sql-text.js';
import type { Column, Table } from './table.js';
import { explainTableError } from './table-error.js';

/** Rows of one DuckDB vector. */
const CHUNK_ROWS = 2048;

/**
 * Writes a table to a Parquet file with its metadata: whole or not at all, the same bytes for the
 * same table. NaN and null become missing values.
 *
 * @throws MillraceError `InvalidInput` on no columns, a repeated name (letter case does not count)
 * or a column of another length than the table
 */
export async function writeParquet(table: Table, destination: string): Promise<void> {
  refuseMalformed(table);
  await publishParquet(destination, (temporary) =>
    withDatabase([temporary], undefined, async (connection) => {
      try {
        await load(connection, table);
        const columns = table.columns.map(
          (column, index) => `${asStored(column, index)} AS ${identifier(column.name)}`,
        );
        const query = `SELECT ${columns.join(', ')} FROM loaded`;
        await copyToParquet(connection, query, temporary, table.metadata);
      } catch (error) {
        throw explainTableError(error, destination, 'parquet');
      }
    }),
  );
}

function refuseMalformed(table: Table): void {
  const seen = new Set<string>();
  for (const { name, values } of table.columns) {
    if (values.length !== table.rows) {
      throw new MillraceError(
        'InvalidInput',
        `column "${name}" has ${values.length} values, the table has ${table.rows} rows`,
      );
    }
    if (name === '' || seen.has(name.toLowerCase())) {
      throw new MillraceError(
        'InvalidInput',
        `the table has the column name "${name}" twice or empty`,
        'names must differ in more than upper and lower case',
      );
    }
    seen.add(name.toLowerCase());
  }
  if (seen.size === 0) throw new MillraceError('InvalidInput', 'the table has no columns');
}

async function load(connection: DuckDBConnection, table: Table): Promise<void> {
  const definitions = table.columns.map(
    ({ kind }, index) => `c${index} ${kind === 'string' ? 'VARCHAR' : 'DOUBLE'}`,
  );
  await connection.run(`CREATE TEMP TABLE loaded (${definitions.join(', ')})`);
  const appender = await connection.createAppender('loaded', 'main', 'temp');
  const types = table.columns.map(({ kind }) => (kind === 'string' ? VARCHAR : DOUBLE));
  for (let start = 0; start < table.rows; start += CHUNK_ROWS) {
    const end = Math.min(start + CHUNK_ROWS, table.rows);
    const chunk = DuckDBDataChunk.create(types, end - start);
    for (const [index, column] of table.columns.entries()) {
      chunk.setColumnValues(
        index,
        column.kind === 'string'
          ? column.values.slice(start, end)
          : Array.from(column.values.subarray(start, end)),
      );
    }
    appender.appendDataChunk(chunk);
    // Appending is synchronous: let heartbeats through between chunks.
    await nextTurn();
  }
  appender.closeSync();
}

function asStored({ kind }: Column, index: number): string {
  const raw = `c${index}`;
  if (kind === 'string') return raw;
  const value = kind === 'timestamp' ? `epoch_ms(CAST(${raw} AS BIGINT))` : raw;
  return `CASE WHEN NOT isnan(${raw}) THEN CAST(${value} AS ${PHYSICAL_TYPE[kind]}) END`;
}
