import type { DuckDBConnection } from '@duckdb/node-api';
import type { SourceColumn } from './column-kind.js';
import { queryRows } from './database.js';
import type { Source } from './source.js';
import { fileLiteral, identifier } from './sql-text.js';
import type { TableFormat } from './table.js';

export interface KeptColumns {
  /** What they are written to. */
  readonly outputFormat: TableFormat;
  /** Columns that are text, whatever their values read as. */
  readonly asText?: readonly string[];
  /** Times are RFC 3339 text in any format; in CSV and NDJSON they always are. */
  readonly timesAsText?: boolean;
}

/**
 * SQL of a relation of a file's columns as another file keeps them, so that what is read again is what
 * was there. From Parquet to Parquet columns keep their types. Of a CSV file, columns stay as they are written where they go to CSV; where they go to
 * another format, whole numbers of which one is written otherwise than a number is (`+4912345`, `07`)
 * stay text. Times that become text are RFC 3339 in UTC.
 */
export async function keptColumns(
  connection: DuckDBConnection,
  { columns, raw, file }: Source,
  { outputFormat, asText = [], timesAsText = outputFormat !== 'parquet' }: KeptColumns,
): Promise<string> {
  if (file.format === 'parquet' && outputFormat === 'parquet' && !timesAsText) {
    return `read_parquet(${fileLiteral(file.path)})`;
  }
  const isCsv = file.format === 'csv';
  const names =
    isCsv && outputFormat !== 'csv' ? await namesInDigits(connection, columns, raw) : [];
  const selected = columns.map(({ name, kind, expression, asDouble }) => {
    const written = `raw.${identifier(name)}`;
    // Whole numbers beyond 64 bits, which only the models cannot take.
    if (kind === 'integer' && asDouble !== undefined) return `${written} AS ${identifier(name)}`;
    const isWritten = outputFormat === 'csv' || names.includes(name) || asText.includes(name);
    if (isCsv && isWritten) return `${written} AS ${identifier(name)}`;
    const value = kind === 'timestamp' && timesAsText ? timeText(expression) : expression;
    return `${value} AS ${identifier(name)}`;
  });
  return `(SELECT ${selected.join(', ')} FROM ${raw})`;
}

/** Columns of whole numbers that would not be written as they were. */
async function namesInDigits(
  connection: DuckDBConnection,
  columns: readonly SourceColumn[],
  raw: string,
): Promise<readonly string[]> {
  const whole = columns.filter(({ kind }) => kind === 'integer');
  if (whole.length === 0) return [];
  const same = whole.map(
    ({ name, expression }) => `bool_and(CAST(${expression} AS VARCHAR) = raw.${identifier(name)})`,
  );
  const [row = []] = await queryRows(connection, `SELECT ${same.join(', ')} FROM ${raw}`);
  return whole.filter((_, index) => row[index] === false).map(({ name }) => name);
}

/** SQL: a TIMESTAMP as RFC 3339 in UTC, with as many digits of a second as it has. */
function timeText(time: string): string {
  return `regexp_replace(strftime(${time}, '%Y-%m-%dT%H:%M:%S.%f'), '\\.?0+$', '') || 'Z'`;
}
