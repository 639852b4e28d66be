import type { DuckDBConnection } from '@duckdb/node-api';

export interface LoggedInput {
  readonly name: string;
  readonly kind: 'number' | 'integer' | 'boolean' | 'string';
}

export interface WindowQuery {
  readonly predictionFiles: readonly string[];
  readonly labelFiles: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
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

/** How DuckDB is told to read an NDJSON log: a torn line becomes a row of nulls, left out by `id`. */
const READ_OPTIONS = `format = 'newline_delimited', ignore_errors = true, maximum_object_size = 67108864`;

/**
 * The rows of a window with their newest labels, by version and event time. `__prediction` and
 * `__label` are JSON text, because their type is the model's affair.
 */
export function readWindow(connection: DuckDBConnection, query: WindowQuery) {
  return connection.runAndReadAll(windowSql(query));
}

function windowSql({ predictionFiles, labelFiles, startMs, endMs, inputs }: WindowQuery): string {
  const fields = inputs.map(({ name, kind }) => `${identifier(name)} ${SQL_TYPE[kind]}`);
  // A model without inputs still needs a struct with a field.
  const struct = `STRUCT(${fields.length === 0 ? '"__none" VARCHAR' : fields.join(', ')})`;
  const selected = inputs.map(
    ({ name, kind }) => `, ${SELECT[kind](`p.inputs.${identifier(name)}`)}`,
  );
  return `
    WITH p AS (
      SELECT id, version, epoch_ms(TRY_CAST(eventTime AS TIMESTAMP)) AS event_ms, prediction, inputs
      FROM read_json(${list(predictionFiles)}, ${READ_OPTIONS}, columns = {
        id: 'VARCHAR', version: 'INTEGER', eventTime: 'VARCHAR', prediction: 'JSON',
        inputs: ${text(struct)} })
      WHERE id IS NOT NULL AND event_ms >= ${startMs} AND event_ms < ${endMs}
    ), l AS (${labelSql(labelFiles)})
    SELECT p.version, p.event_ms::DOUBLE, p.prediction::VARCHAR, l.label::VARCHAR${selected.join('')}
    FROM p LEFT JOIN l USING (id)
    ORDER BY p.version, p.event_ms, p.id`;
}

function labelSql(files: readonly string[]): string {
  if (files.length === 0) return 'SELECT NULL::VARCHAR AS id, NULL::JSON AS label WHERE false';
  // Labels of one millisecond: the later line of the later file wins.
  return `
    SELECT id, arg_max(label, row("at", line)) AS label FROM (
      SELECT id, "at", label, row_number() OVER () AS line
      FROM read_json(${list(files)}, ${READ_OPTIONS}, columns = {
        id: 'VARCHAR', "at": 'VARCHAR', label: 'JSON' })
      WHERE id IS NOT NULL)
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

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function list(values: readonly string[]): string {
  return `[${values.map(text).join(', ')}]`;
}
