import type { DuckDBConnection } from '@duckdb/node-api';
import { readLog, type ServedRows, servedSql, toldSql } from './log-sql.js';

/** One value: the event time of the nth row from an instant on. */
export function readNthEventTime(
  connection: DuckDBConnection,
  predictionFiles: readonly string[],
  fromMs: number,
  n: number,
) {
  return connection.runAndReadAll(`
    SELECT event_ms::DOUBLE
    FROM (${servedSql({ predictionFiles, startMs: fromMs, endMs: Number.MAX_SAFE_INTEGER })})
    ORDER BY event_ms LIMIT 1 OFFSET ${n - 1}`);
}

/** Version, rows, and rows that have a label, by version. */
export function readCounts(
  connection: DuckDBConnection,
  served: ServedRows,
  labelFiles: readonly string[],
) {
  const labelled =
    labelFiles.length === 0
      ? 'SELECT NULL::VARCHAR AS id WHERE false'
      : `SELECT DISTINCT id FROM (${toldSql(labelFiles, {})})`;
  return connection.runAndReadAll(`
    WITH p AS (${servedSql(served)}), l AS (${labelled})
    SELECT p.version, count(*)::DOUBLE, count(l.id)::DOUBLE
    FROM p LEFT JOIN l USING (id) GROUP BY p.version ORDER BY p.version`);
}

/** Wall clock of the first and the last arrival of a window's rows; they are written alike. */
export function readArrivals(
  connection: DuckDBConnection,
  { predictionFiles, startMs, endMs }: ServedRows,
) {
  const fields = { id: 'VARCHAR', at: 'VARCHAR', eventTime: 'VARCHAR' };
  return connection.runAndReadAll(`
    SELECT min("at"), max("at") FROM ${readLog(predictionFiles, fields)}
    WHERE id IS NOT NULL AND epoch_ms(TRY_CAST(eventTime AS TIMESTAMP)) >= ${startMs}
      AND epoch_ms(TRY_CAST(eventTime AS TIMESTAMP)) < ${endMs}`);
}
