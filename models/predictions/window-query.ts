import type { DuckDBConnection } from '@duckdb/node-api';
import {
  identifier,
  type ServedRows,
  type StructType,
  servedSql,
  text,
  toldSql,
} from './log-sql.js';
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

function windowSql(query: WindowQuery): string {
  const selected = inputExpressions(query.inputs).map((expression) => `, ${expression}`);
  return `
    WITH p AS (${rowsSql(query)}), l AS (${labelSql(query.labelFiles)})
    SELECT p.version, p.event_ms::DOUBLE, p.prediction::VARCHAR, l.label::VARCHAR${selected.join('')}
    FROM p LEFT JOIN l USING (id)
    ORDER BY p.version, p.event_ms, p.id`;
}

/** The rows of a window with what {@link inputExpressions} are over, in the order of the log. */
export function rowsSql({ inputs, ...served }: WindowQuery): string {
  const beside = inputs.filter(({ from }) => from === 'context');
  const fed = inputs.filter(({ from }) => from === undefined);
  return servedSql(served, {
    inputs: struct(fed.map(({ name, kind }) => [name, SQL_TYPE[kind]])),
    // As text whatever it is: a value of another kind must not cost the row.
    ...(beside.length > 0 && { context: struct(beside.map(({ name }) => [name, 'VARCHAR'])) }),
    ...(inputs.some(({ from }) => from === 'lookedUp') && { lookedUp: 'VARCHAR[]' }),
    ...(inputs.some(({ from }) => from === 'probabilities') && { probabilities: 'DOUBLE[]' }),
  });
}

/** One a column that is asked for: DOUBLE, NaN where missing, or text. */
export function inputExpressions(inputs: readonly LoggedInput[]): readonly string[] {
  return inputs.map(({ name, kind, from, index = 0, feature = '' }) => {
    if (from === 'lookedUp') {
      return numeric(`coalesce(list_contains(p.lookedUp, ${text(feature)}), false)`);
    }
    if (from === 'probabilities') return numeric(`p.probabilities[${index + 1}]`);
    return from === 'context'
      ? SELECT_TEXT[kind](`p.context.${identifier(name)}`)
      : SELECT[kind](`p.inputs.${identifier(name)}`);
  });
}

/** A model without inputs still needs a struct with a field. */
function struct(fields: StructType['struct']): StructType {
  return { struct: fields.length === 0 ? [['__none', 'VARCHAR']] : fields };
}

/** The newest label of each prediction: `id`, `label` (JSON). */
export function labelSql(files: readonly string[]): string {
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

const castText = (type: string) => (column: string) => numeric(`TRY_CAST(${column} AS ${type})`);
const SELECT_TEXT: typeof SELECT = {
  number: castText('DOUBLE'),
  integer: castText('DOUBLE'),
  boolean: castText('BOOLEAN'),
  string: (column) => column,
};
