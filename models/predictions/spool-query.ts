import { fileLiteral, identifier } from '../../storage/tabular/sql-text.js';
import { inputExpressions, labelSql, rowsSql, type WindowQuery } from './window-query.js';

/** Columns of the file that says where each row is, in the order of the window. */
export const KEY_COLUMN = {
  version: 'version',
  eventTime: 'event_ms',
  label: 'label',
  place: 'place',
} as const;

export const SPOOLED_PREDICTION = 'prediction';

/** Name of a column in the spool: an input may be called as one of the log's own fields. */
export function spooledColumn(index: number): string {
  return `c${index}`;
}

/** All rows of a window in the order of the log: nothing has to be sorted or held. */
export function spoolSql(query: WindowQuery): string {
  const inputs = inputExpressions(query.inputs).map(
    (expression, index) => `, ${expression} AS ${identifier(spooledColumn(index))}`,
  );
  return `
    SELECT id, version, event_ms, prediction::VARCHAR AS ${SPOOLED_PREDICTION}${inputs.join('')}
    FROM (${rowsSql(query)}) AS p`;
}

/** For each row its version, time, newest label (JSON text) and place in the spool, by version and time. */
export function keysSql(spool: string, labelFiles: readonly string[]): string {
  const { version, eventTime, label, place } = KEY_COLUMN;
  return `
    WITH l AS (${labelSql(labelFiles)})
    SELECT p.version AS ${version}, p.event_ms::DOUBLE AS ${eventTime},
      l.label::VARCHAR AS ${label}, p.file_row_number::DOUBLE AS ${place}
    FROM read_parquet(${fileLiteral(spool)}, file_row_number = true) AS p LEFT JOIN l USING (id)
    ORDER BY p.version, p.event_ms, p.id`;
}
