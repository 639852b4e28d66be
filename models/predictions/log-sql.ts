import { isParquet } from './log-layout.js';

/** How DuckDB is told to read an NDJSON log: a torn line becomes a row of nulls, left out by `id`. */
const READ_OPTIONS = `format = 'newline_delimited', ignore_errors = true, maximum_object_size = 67108864`;

/**
 * Reads these fields of the lines of a log.
 *
 * @param fields - SQL type by the field's name
 */
export function readLog(files: readonly string[], fields: LogFields): string {
  const parquet = files.filter(isParquet);
  const lines = files.filter((file) => !isParquet(file));
  if (parquet.length === 0) return readLines(lines, fields);
  const read = readParquet(parquet, fields);
  return lines.length === 0
    ? `(${read})`
    : `(${read} UNION ALL SELECT * FROM ${readLines(lines, fields)})`;
}

/** Types by the field's name: of SQL, or of a struct's own fields. */
export interface LogFields {
  readonly [name: string]: string | StructType;
}

export interface StructType {
  readonly struct: readonly (readonly [name: string, type: string])[];
}

function readLines(files: readonly string[], fields: LogFields): string {
  const columns = Object.entries(fields).map(
    ([name, type]) => `${identifier(name)}: ${text(typeText(type))}`,
  );
  return `read_json([${files.map(text).join(', ')}], ${READ_OPTIONS}, columns = { ${columns.join(', ')} })`;
}

function typeText(type: string | StructType): string {
  if (typeof type === 'string') return type;
  return `STRUCT(${type.struct.map(([name, field]) => `${identifier(name)} ${field}`).join(', ')})`;
}

/** The columns that {@link PARQUET_FIELDS} says; objects are their JSON text. */
function readParquet(files: readonly string[], fields: LogFields): string {
  const columns = Object.entries(fields).map(([name, type]) => {
    const column = identifier(name);
    if (typeof type === 'string') return `${column}::${type} AS ${column}`;
    // Not a cast: versions of a model have different inputs.
    const structure = JSON.stringify(Object.fromEntries(type.struct));
    return `json_transform(${column}, ${text(structure)}) AS ${column}`;
  });
  return `SELECT ${columns.join(', ')} FROM read_parquet([${files.map(text).join(', ')}])`;
}

/** How a closed segment of predictions is kept as Parquet: what is an object in a line is its text. */
export const PARQUET_FIELDS = {
  id: 'VARCHAR',
  model: 'VARCHAR',
  version: 'INTEGER',
  at: 'VARCHAR',
  eventTime: 'VARCHAR',
  timeAssumed: 'BOOLEAN',
  inputs: 'JSON',
  context: 'JSON',
  prediction: 'JSON',
  probabilities: 'DOUBLE[]',
  confidence: 'DOUBLE',
  cached: 'BOOLEAN',
  clientId: 'VARCHAR',
  imputed: 'VARCHAR[]',
  fallbackFor: 'INTEGER',
  route: 'INTEGER',
  outliers: 'VARCHAR[]',
  lookedUp: 'VARCHAR[]',
} as const;

/** The rows of a segment of predictions, as they are kept as Parquet. */
export function parquetRowsSql(lines: string): string {
  const columns = Object.entries(PARQUET_FIELDS).map(([name, type]) =>
    type === 'JSON' ? `${identifier(name)}::VARCHAR AS ${identifier(name)}` : identifier(name),
  );
  return `SELECT ${columns.join(', ')} FROM ${readLines([lines], PARQUET_FIELDS)} WHERE id IS NOT NULL`;
}

/** Rows of a prediction log by their event time. */
export interface ServedRows {
  readonly predictionFiles: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The predictions of a window: `id`, `version`, `event_ms`, `prediction` (JSON), and more fields
 * where they are given.
 */
export function servedSql(
  { predictionFiles, startMs, endMs }: ServedRows,
  more: LogFields = {},
): string {
  const fields = {
    id: 'VARCHAR',
    version: 'INTEGER',
    eventTime: 'VARCHAR',
    prediction: 'JSON',
    ...more,
  };
  const selected = ['prediction', ...Object.keys(more)].map(identifier).join(', ');
  return `
    SELECT id, version, epoch_ms(TRY_CAST(eventTime AS TIMESTAMP)) AS event_ms, ${selected}
    FROM ${readLog(predictionFiles, fields)}
    WHERE id IS NOT NULL AND event_ms >= ${startMs} AND event_ms < ${endMs}`;
}

/**
 * What was told of predictions later, with `line`: of two lines of one millisecond the later line of
 * the later file is the newer one.
 */
export function toldSql(
  files: readonly string[],
  fields: { readonly [name: string]: string },
): string {
  const read = readLog(files, { id: 'VARCHAR', at: 'VARCHAR', ...fields });
  return `SELECT *, row_number() OVER () AS line FROM ${read} WHERE id IS NOT NULL`;
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
