import type { DuckDBConnection } from '@duckdb/node-api';
import { type ServedRows, servedSql, text } from './log-sql.js';
import type { RowFilter } from './ports.js';
import { labelSql } from './window-query.js';

export interface RowQuery extends ServedRows, RowFilter {
  readonly labelFiles: readonly string[];
}

/** Columns of the query; those after `version` but the time are JSON text. */
export const ROW_COLUMN = {
  id: 0,
  version: 1,
  eventTime: 2,
  prediction: 3,
  label: 4,
  probabilities: 5,
  inputs: 6,
  confidence: 7,
} as const;

/** Some rows of a window, whole. */
export function readRows(connection: DuckDBConnection, query: RowQuery) {
  return connection.runAndReadAll(rowSql(query));
}

function rowSql({ labelFiles, labelled, order, limit, ids, ...served }: RowQuery): string {
  const rows = servedSql(served, {
    inputs: 'JSON',
    probabilities: 'DOUBLE[]',
    confidence: 'DOUBLE',
  });
  const conditions = [
    ...(labelled === undefined ? [] : [`l.label IS ${labelled ? 'NOT NULL' : 'NULL'}`]),
    ...(ids === undefined ? [] : [`p.id IN (${ids.map(text).join(', ')})`]),
  ];
  return `
    WITH p AS (${rows}), l AS (${labelSql(labelFiles)})
    SELECT p.id, p.version, p.event_ms::DOUBLE, p.prediction::VARCHAR, l.label::VARCHAR,
      to_json(p.probabilities)::VARCHAR, p.inputs::VARCHAR, p.confidence
    FROM p LEFT JOIN l USING (id)
    ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
    ORDER BY ${order === 'least-confident' ? 'coalesce(p.confidence, list_max(p.probabilities)) NULLS LAST, ' : ''}hash(p.id), p.id
    LIMIT ${limit}`;
}
