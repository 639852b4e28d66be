import type { DuckDBConnection } from '@duckdb/node-api';
import { type ServedRows, servedSql, toldSql } from './log-sql.js';

export interface OutcomeQuery extends ServedRows {
  /** Segments of what was told of the predictions; at least one. */
  readonly toldFiles: readonly string[];
}

/** Columns of {@link readBusiness}. */
export const BUSINESS_COLUMN = { version: 0, name: 1, count: 2, sum: 3, replaced: 4 } as const;

/**
 * Business metrics of a window by version and name. The sum is taken in the order of the ids, so
 * that the same log gives the same digits again.
 */
export function readBusiness(connection: DuckDBConnection, query: OutcomeQuery) {
  return connection.runAndReadAll(`
    WITH p AS (${servedSql(query)}),
    told AS (
      SELECT id, "at", line, unnest(map_keys(metrics)) AS name, unnest(map_values(metrics)) AS value
      FROM (${toldSql(query.toldFiles, { metrics: 'MAP(VARCHAR, DOUBLE)' })})
    ),
    followed AS (
      SELECT p.version, id, name, value,
        lead(value) OVER (PARTITION BY id, name ORDER BY "at", line) AS next
      FROM told JOIN p USING (id) WHERE value IS NOT NULL
    )
    SELECT version, name,
      (count(*) FILTER (WHERE next IS NULL))::DOUBLE,
      fsum(value ORDER BY id) FILTER (WHERE next IS NULL),
      (count(*) FILTER (WHERE next <> value))::DOUBLE
    FROM followed GROUP BY version, name ORDER BY version, name`);
}

/** Columns of {@link readFeedback}. */
export const FEEDBACK_COLUMN = {
  version: 0,
  eventTime: 1,
  id: 2,
  prediction: 3,
  thumbs: 4,
  score: 5,
  tag: 6,
  replaced: 7,
} as const;

/** Each part stands by itself: a tag that comes later leaves the thumbs as they were. */
const PARTS = ['thumbs', 'score', 'tag'] as const;

/** The predictions of a window that have feedback, by version, event time and id. */
export function readFeedback(connection: DuckDBConnection, query: OutcomeQuery) {
  const before = PARTS.map((part) => `lag(${part} IGNORE NULLS) OVER (w) AS ${part}_before`);
  const newest = PARTS.map(
    (part) => `last(${part} ORDER BY "at", line) FILTER (WHERE ${part} IS NOT NULL)`,
  );
  const replaced = PARTS.map((part) => `count(*) FILTER (WHERE ${part} <> ${part}_before)`);
  return connection.runAndReadAll(`
    WITH p AS (${servedSql(query)}),
    told AS (
      SELECT *, ${before.join(', ')}
      FROM (${toldSql(query.toldFiles, { thumbs: 'VARCHAR', score: 'DOUBLE', tag: 'VARCHAR' })})
      WINDOW w AS (PARTITION BY id ORDER BY "at", line)
    )
    SELECT p.version, p.event_ms::DOUBLE, id, any_value(p.prediction)::VARCHAR,
      ${newest.join(', ')}, (${replaced.join(' + ')})::DOUBLE
    FROM told JOIN p USING (id)
    GROUP BY p.version, p.event_ms, id ORDER BY p.version, p.event_ms, id`);
}

/** Columns of {@link readReplacedLabels}. */
export const REPLACED_COLUMN = { version: 0, replaced: 1 } as const;

/** Labels of a window that a later, different one replaced, by version; those without any are left out. */
export function readReplacedLabels(connection: DuckDBConnection, query: OutcomeQuery) {
  return connection.runAndReadAll(`
    WITH p AS (${servedSql(query)}),
    followed AS (
      SELECT p.version, label::VARCHAR AS label,
        lead(label::VARCHAR) OVER (PARTITION BY id ORDER BY "at", line) AS next
      FROM (${toldSql(query.toldFiles, { label: 'JSON' })}) JOIN p USING (id)
      WHERE label IS NOT NULL
    )
    SELECT version, count(*)::DOUBLE FROM followed WHERE next <> label
    GROUP BY version ORDER BY version`);
}
