import type { DuckDBConnection } from '@duckdb/node-api';
import { identifier, type ServedRows, servedSql, toldSql } from './log-sql.js';
import type { LoggedInput } from './ports.js';

export interface WindowQuery extends ServedRows {
  readonly labelFiles: readonly string[];
  readonly inputs: readonly LoggedInput[];
}

/** Columns of the query before the inputs. */
export const QUERY_COLUMN = {
  version: 0,
  eventTime: 1,
  prediction: 2,
  label: 3,
  inputs: 4,
} as const;

/**
 * The rows of a window with their newest labels, by version and event time. `__prediction` and
 * `__label` are JSON text, because their type is the model's affair.
 */
export function readWindow(connection: DuckDBConnection, query: WindowQuery) {
  return connection.runAndReadAll(windowSql(query));
}

function windowSql({ labelFiles, inputs, ...served }: WindowQuery): string {
  const fields = inputs.map(({ name, kind }) => `${identifier(name)} ${SQL_TYPE[kind]}`);
  // A model without inputs still needs a struct with a field.
  const struct = `STRUCT(${fields.length === 0 ? '"__none" VARCHAR' : fields.join(', ')})`;
  const selected = inputs.map(
    ({ name, kind }) => `, ${SELECT[kind](`p.inputs.${identifier(name)}`)}`,
  );
  return `
    WITH p AS (${servedSql(served, { inputs: struct })}), l AS (${labelSql(labelFiles)})
    SELECT p.version, p.event_ms::DOUBLE, p.prediction::VARCHAR, l.label::VARCHAR${selected.join('')}
    FROM p LEFT JOIN l USING (id)
    ORDER BY p.version, p.event_ms, p.id`;
}

function labelSql(files: readonly string[]): string {
  if (files.length === 0) return 'SELECT NULL::VARCHAR AS id, NULL::JSON AS label WHERE false';
  return `
    SELECT id, arg_max(label, row("at", line)) AS label
    FROM (${toldSql(files, { label: 'JSON' })})
    GROUP BY id`;
}

const SQL_TYPE = {
  number: 'DOUBLE',
  integer: 'DOUBLE',
  boolean: 'BOOLEAN',
  string: 'VARCHAR',
} as const;

const numeric = (column: string) => `coalesce(${column}::DOUBLE, 'NaN'::DOUBLE)`;
const SELECT: { readonly [kind in LoggedInput['kind']]: (column: string) => string } = {
  number: numeric,
  integer: numeric,
  boolean: numeric,
  string: (column) => column,
};
