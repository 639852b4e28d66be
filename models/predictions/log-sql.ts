/** How DuckDB is told to read an NDJSON log: a torn line becomes a row of nulls, left out by `id`. */
const READ_OPTIONS = `format = 'newline_delimited', ignore_errors = true, maximum_object_size = 67108864`;

/**
 * Reads these fields of the lines of a log.
 *
 * @param fields - SQL type by the field's name
 */
export function readLog(
  files: readonly string[],
  fields: { readonly [name: string]: string },
): string {
  const columns = Object.entries(fields).map(
    ([name, type]) => `${identifier(name)}: ${text(type)}`,
  );
  return `read_json([${files.map(text).join(', ')}], ${READ_OPTIONS}, columns = { ${columns.join(', ')} })`;
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
  more: { readonly [name: string]: string } = {},
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
