import type { DuckDBConnection } from '@duckdb/node-api';
import { readLog, type ServedRows, servedSql, text, toldSql } from './log-sql.js';

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

/** By version, the rows of a window that arrived after a wall-clock time. */
export function readRowsSince(connection: DuckDBConnection, served: ServedRows, since: string) {
  return connection.runAndReadAll(`
    SELECT version, count(*)::DOUBLE FROM (${servedSql(served, { at: 'VARCHAR' })})
    WHERE "at" > ${text(since)} GROUP BY version ORDER BY version`);
}

/** By version, the rows of a window that a label arrived for after a wall-clock time. */
export function readLabelsSince(
  connection: DuckDBConnection,
  served: ServedRows,
  labelFiles: readonly string[],
  since: string,
) {
  return connection.runAndReadAll(`
    SELECT version, count(DISTINCT id)::DOUBLE
    FROM (${servedSql(served)}) JOIN (${toldSql(labelFiles, {})}) USING (id)
    WHERE "at" > ${text(since)} GROUP BY version ORDER BY version`);
}

const HOUR_MS = 3_600_000;

/** Hours of event time that rows arrived for after a wall-clock time. */
export function readHoursOfRows(connection: DuckDBConnection, served: ServedRows, since: string) {
  return connection.runAndReadAll(`
    SELECT DISTINCT floor(event_ms / ${HOUR_MS}.0) * ${HOUR_MS}
    FROM (${servedSql(served, { at: 'VARCHAR' })}) WHERE "at" > ${text(since)}`);
}

/** Hours of event time of the rows that a label arrived for after a wall-clock time. */
export function readHoursOfLabels(
  connection: DuckDBConnection,
  served: ServedRows,
  labelFiles: readonly string[],
  since: string,
) {
  return connection.runAndReadAll(`
    SELECT DISTINCT floor(event_ms / ${HOUR_MS}.0) * ${HOUR_MS}
    FROM (${servedSql(served)}) JOIN (${toldSql(labelFiles, {})}) USING (id)
    WHERE "at" > ${text(since)}`);
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
