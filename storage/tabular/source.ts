import type { DuckDBConnection } from '@duckdb/node-api';
import { MillraceError } from '../../contracts/index.js';
import { type SourceColumn, sourceColumn } from './column-kind.js';
import { readCsvHeader } from './csv-header.js';
import { queryRows } from './database.js';
import { firstNdjsonDefect } from './ndjson-defect.js';
import { fileLiteral, identifier, literal } from './sql-text.js';
import { explainTableError, missingColumn } from './table-error.js';
import type { TableFile } from './table-file.js';
import { ALL_READINGS, fittingReadings, kindCounts, kindOfText } from './text-kind.js';

/** A file that queries can read as the relation `source`, each column of its kind's one type. */
export interface Source {
  readonly file: TableFile;
  readonly columns: readonly SourceColumn[];
  readonly metadata: { readonly [key: string]: string };
  /** SQL of what is under `source`: the relation `raw` that the columns' expressions are over. */
  readonly raw: string;
  /** SQL of the rows that `reading` and `part` are over: the loaded table, else the file itself. */
  readonly rows: string;
  /** Finds columns by name, in the order asked for. @throws MillraceError `InvalidInput` */
  pick(names: readonly string[]): readonly SourceColumn[];
  /** SQL that reads columns as JavaScript takes them: text, and DOUBLE for every other kind. */
  reading(columns: readonly SourceColumn[]): string;
  /** SQL of a relation of these columns alone: to bind all of a wide file costs each query 10 ms. */
  part(columns: readonly SourceColumn[]): string;
}

/**
 * Makes the relation `source` for a file.
 *
 * @param reads - `often` loads text formats into the database first, so that they are parsed once
 * @throws MillraceError `InvalidInput` naming the file, and the line where there is one
 */
export async function openSource(
  connection: DuckDBConnection,
  file: TableFile,
  reads: 'once' | 'often' = 'once',
): Promise<Source> {
  try {
    const { scan, columns } = await rawScan(connection, file, reads);
    const metadata = file.format === 'parquet' ? await readMetadata(connection, file) : {};
    const selected = columns.map(({ name, expression }) => `${expression} AS ${identifier(name)}`);
    const relation = reads === 'often' && file.format !== 'parquet' ? 'TABLE' : 'VIEW';
    await connection.run(
      `CREATE TEMP ${relation} source AS SELECT ${selected.join(', ')} FROM ${scan} AS raw`,
    );
    if (scan === LOADED_TEXT) await connection.run(`DROP TABLE ${LOADED_TEXT}`);
    const byName = new Map(columns.map((column) => [column.name, column]));
    const pick = (names: readonly string[]) =>
      names.map((name) => {
        const column = byName.get(name);
        if (column === undefined) throw missingColumn(name, file.path, columns);
        return column;
      });
    const raw = `${scan} AS raw`;
    const isLoaded = relation === 'TABLE';
    const rows = isLoaded ? 'source' : raw;
    const part = (picked: readonly SourceColumn[]) => {
      const named = picked.map(({ name, expression }) => `${expression} AS ${identifier(name)}`);
      return isLoaded ? rows : `(SELECT ${named.join(', ')} FROM ${rows})`;
    };
    const reading = (picked: readonly SourceColumn[]) => {
      // A table has been brought to its kinds; over the file a NaN need not become NULL and back.
      const values = picked.map((column) =>
        isLoaded
          ? asRead(column, identifier(column.name))
          : (column.asDouble ?? asRead(column, column.expression)),
      );
      return `SELECT ${values.join(', ')} FROM ${rows}`;
    };
    return { file, columns, metadata, raw, rows, pick, reading, part };
  } catch (error) {
    const defect = file.format === 'ndjson' ? await firstNdjsonDefect(file.path) : null;
    throw defect ?? explainTableError(error, file.path, file.format);
  }
}

function asRead({ kind }: SourceColumn, value: string): string {
  if (kind === 'string') return value;
  if (kind === 'timestamp') return `CAST(epoch_ms(${value}) AS DOUBLE)`;
  return kind === 'boolean'
    ? `CAST(CAST(${value} AS TINYINT) AS DOUBLE)`
    : `CAST(${value} AS DOUBLE)`;
}

interface RawScan {
  readonly scan: string;
  readonly columns: readonly SourceColumn[];
}

function rawScan(
  connection: DuckDBConnection,
  file: TableFile,
  reads: 'once' | 'often',
): Promise<RawScan> {
  if (file.format === 'csv') return scanCsv(connection, file.path, reads);
  const path = fileLiteral(file.path);
  return file.format === 'parquet'
    ? scanTyped(connection, `read_parquet(${path}, binary_as_string = true)`)
    : scanTyped(
        connection,
        `read_json(${path}, format = 'newline_delimited', records = 'true', sample_size = -1)`,
      );
}

async function scanTyped(connection: DuckDBConnection, scan: string): Promise<RawScan> {
  const described = await queryRows(connection, `DESCRIBE SELECT * FROM ${scan}`);
  const columns = described.map(([name, type]) =>
    sourceColumn(String(name), `raw.${identifier(String(name))}`, String(type)),
  );
  return { scan, columns };
}

/** A text file as it was parsed, until its columns are of their kinds. */
const LOADED_TEXT = 'text_as_parsed';
/** Rows that rule out most kinds of a text column before all of its rows are asked. */
const FIRST_ROWS = 500;

async function scanCsv(
  connection: DuckDBConnection,
  path: string,
  reads: 'once' | 'often',
): Promise<RawScan> {
  const { delimiter, names } = await readCsvHeader(path);
  const types = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
  const parsed = `read_csv(${fileLiteral(path)}, auto_detect = false, header = true,
    delim = ${literal(delimiter)}, quote = '"', escape = '"', nullstr = '', strict_mode = true,
    columns = {${types}})`;
  if (reads === 'often') await connection.run(`CREATE TEMP TABLE ${LOADED_TEXT} AS FROM ${parsed}`);
  const scan = reads === 'often' ? LOADED_TEXT : parsed;
  const raws = names.map((name) => `raw.${identifier(name)}`);
  const first = `(SELECT * FROM ${scan} LIMIT ${FIRST_ROWS})`;
  const possible = names.map(() => ALL_READINGS);
  const counted = await countReadings(connection, raws, possible, first);
  const left = possible.map((readings, index) => fittingReadings(readings, counted[index] ?? []));
  const counts = await countReadings(connection, raws, left, scan);
  const columns = names.map((name, index) => ({
    name,
    ...kindOfText(raws[index] ?? '', left[index] ?? [], counts[index] ?? []),
  }));
  return { scan, columns };
}

/** For each column its values, and how many of them each of its kinds can hold. */
async function countReadings(
  connection: DuckDBConnection,
  raws: readonly string[],
  readings: readonly (readonly number[])[],
  relation: string,
): Promise<readonly (readonly number[])[]> {
  const sql = raws.map((raw, index) => kindCounts(raw, readings[index] ?? []));
  const [row = []] = await queryRows(
    connection,
    `SELECT ${sql.flat().join(', ')} FROM ${relation} AS raw`,
  );
  let at = 0;
  return sql.map(({ length }) => {
    at += length;
    return row.slice(at - length, at).map(Number);
  });
}

async function readMetadata(
  connection: DuckDBConnection,
  file: TableFile,
): Promise<{ readonly [key: string]: string }> {
  const rows = await queryRows(
    connection,
    // Other writers keep binary schemas there; only text can be metadata for us.
    `SELECT decode(key), TRY(decode(value)) FROM parquet_kv_metadata(${fileLiteral(file.path)})`,
  );
  return Object.fromEntries(
    rows.filter(([, value]) => value !== null).map(([key, value]) => [String(key), String(value)]),
  );
}

/** Number of rows of `source`. */
export async function countRows(
  connection: DuckDBConnection,
  { file, rows }: Source,
): Promise<number> {
  try {
    const [row = []] = await queryRows(connection, `SELECT count(*) FROM ${rows}`);
    return Number(row[0]);
  } catch (error) {
    throw explainTableError(error, file.path, file.format);
  }
}

/** @throws MillraceError `InvalidInput` when there is no row */
export function refuseEmpty(rows: number, path: string): void {
  if (rows > 0) return;
  throw new MillraceError('InvalidInput', `${path} has no rows`, 'check what wrote the file');
}
