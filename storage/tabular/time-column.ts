import type { DuckDBConnection } from '@duckdb/node-api';
import { MillraceError } from '../../contracts/index.js';
import { queryRows } from './database.js';
import type { Source } from './source.js';
import { identifier } from './sql-text.js';
import { textAsTime } from './text-kind.js';

/**
 * SQL that gives the event time of a row of `source` as a TIMESTAMP in UTC. Text is parsed.
 *
 * @param condition - SQL of the row filter; rows that it leaves out need no time
 * @throws MillraceError `InvalidInput` when the column is not there, holds numbers or text that is
 * no time, or a row has none
 */
export async function eventTimeOf(
  connection: DuckDBConnection,
  source: Source,
  name: string,
  condition: string,
): Promise<string> {
  const [column] = source.pick([name]);
  const raw = identifier(name);
  const path = source.file.path;
  if (column?.kind !== 'timestamp' && column?.kind !== 'string') {
    throw new MillraceError(
      'InvalidInput',
      `${path}: the time column "${name}" holds values of kind ${column?.kind}, not times`,
      'write times as timestamps or as text such as 2011-07-01T05:00:00Z',
    );
  }
  const time = column.kind === 'timestamp' ? raw : textAsTime(raw);
  const [row = []] = await queryRows(
    connection,
    `SELECT count(*) FILTER (${raw} IS NULL), count(*) FILTER (${raw} IS NOT NULL AND (${time}) IS NULL),
       min(${raw}) FILTER (${raw} IS NOT NULL AND (${time}) IS NULL)
     FROM source WHERE ${condition}`,
  );
  if (Number(row[1]) > 0) {
    throw new MillraceError(
      'InvalidInput',
      `${path}: ${row[1]} values of the time column "${name}" are not times, for example "${row[2]}"`,
      'write YYYY-MM-DD, YYYY-MM-DD HH:MM:SS or RFC 3339; without a zone it is UTC',
    );
  }
  if (Number(row[0]) > 0) {
    throw new MillraceError(
      'InvalidInput',
      `${path}: ${row[0]} rows have no value in the time column "${name}"`,
      `leave them out with the row filter: ${name} IS NOT NULL`,
    );
  }
  return `(${time})`;
}
