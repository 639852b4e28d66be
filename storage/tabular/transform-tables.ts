import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { MillraceError } from '../../contracts/index.js';
import { checkQuery, type QueryDefect } from './check-query.js';
import { sourceColumn } from './column-kind.js';
import { queryRows, withDatabase } from './database.js';
import { refusePrepared } from './preparation.js';
import { copyToParquet, publishParquet } from './publish-parquet.js';
import { fileLiteral, identifier } from './sql-text.js';
import { type TableSchema, TIME_COLUMN_KEY } from './table.js';
import { explainTableError, firstLine } from './table-error.js';
import { openTableFile } from './table-file.js';

export interface TransformRequest {
  /** One SELECT in DuckDB SQL over the names of `inputs`. `$name` stands for one of `values`. */
  readonly sql: string;
  /** Name in the query → path of a Parquet file. */
  readonly inputs: { readonly [name: string]: string };
  readonly values: { readonly [name: string]: string | number | boolean | null };
  /** Column of the result that carries event time. Default: the inputs' own, where it is there still. */
  readonly time?: string;
  /** The Parquet file to make. */
  readonly destination: string;
  readonly memoryMb?: number;
  readonly signal?: AbortSignal;
}

/** Thrown when the query itself is wrong: it says on which of its lines. */
export class QueryError extends MillraceError {
  constructor(
    readonly defect: QueryDefect,
    /** How messages name the place; by default the line within the query. */
    place: string = defect.line === null ? 'the SQL' : `line ${defect.line} of the SQL`,
    options?: { readonly cause?: unknown },
  ) {
    super('InvalidInput', `${place}: ${defect.problem}`, defect.hint, options);
  }
}

const RESULT = 'millrace_result';

/**
 * Writes the result of a query over tables to one Parquet file, in the order that its ORDER BY
 * gives. It reads its inputs and nothing else, and the same inputs give the same bytes: it runs on
 * one thread, for sums of fractions and rows of equal rank depend on how threads take turns.
 *
 * @throws QueryError when the query is no single SELECT, does not bind, or fails on a row
 * @throws MillraceError `InvalidInput` when an input cannot be read, or the result has no column
 * `time`, or one that holds no times
 * @example
 * await transformTables({
 *   sql: 'SELECT station, avg(bikes) AS mean_bikes FROM rides GROUP BY station ORDER BY station',
 *   inputs: { rides: 'rides.parquet' }, values: {}, destination: 'stations.parquet',
 * }); // { rows: 12, columns: [{ name: 'station', kind: 'string' }, …], metadata: {} }
 */
export async function transformTables(request: TransformRequest): Promise<TableSchema> {
  const files = await Promise.all(
    Object.entries(request.inputs).map(
      async ([name, path]) => [name, await openTableFile(path, 'parquet')] as const,
    ),
  );
  let written: TableSchema | null = null;
  await publishParquet(request.destination, (temporary) =>
    withDatabase(
      [...files.map(([, file]) => file.path), temporary],
      request.signal,
      async (connection) => {
        const times = new Set<string>();
        for (const [name, file] of files) {
          try {
            times.add((await openInput(connection, name, file.path)) ?? '');
          } catch (error) {
            throw explainTableError(error, `input ${name}`, 'parquet');
          }
        }
        await runQuery(connection, request);
        written = await writeResult(connection, request, times, temporary);
      },
      { threads: 1, ...(request.memoryMb !== undefined && { memoryMb: request.memoryMb }) },
    ),
  );
  if (written === null) throw new MillraceError('Internal', 'transformTables: nothing was written');
  return written;
}

/**
 * @returns the time column that the file names, if it does
 * @throws MillraceError `InvalidInput` on a table that was prepared for a model: its graph could not
 * do over what a query does
 */
async function openInput(
  connection: DuckDBConnection,
  name: string,
  path: string,
): Promise<string | null> {
  const file = fileLiteral(path);
  await connection.run(
    `CREATE TEMP VIEW ${identifier(name)} AS SELECT * FROM read_parquet(${file}, binary_as_string = true)`,
  );
  const rows = await queryRows(
    connection,
    `SELECT decode(key), TRY(decode(value)) FROM parquet_kv_metadata(${file})`,
  );
  const metadata = Object.fromEntries(rows.map(([key, value]) => [String(key), String(value)]));
  refusePrepared(metadata, `input ${name}`, 'transform first, then impute, encode and select');
  return metadata[TIME_COLUMN_KEY] ?? null;
}

async function runQuery(
  connection: DuckDBConnection,
  { sql, values, inputs }: TransformRequest,
): Promise<void> {
  const defect = await checkQuery(connection, sql);
  if (defect !== null) throw new QueryError(defect);
  try {
    // The query begins on a line of its own: DuckDB counts from the first.
    const statement = await connection.prepare(`CREATE TEMP TABLE ${RESULT} AS\n${sql}`);
    const bound: Record<string, DuckDBValue> = {};
    for (let index = 1; index <= statement.parameterCount; index += 1) {
      const name = statement.parameterName(index);
      const value = values[name];
      if (value === undefined) throw missingValue(name, values);
      bound[name] = value;
    }
    if (statement.parameterCount > 0) statement.bind(bound);
    await statement.run();
  } catch (error) {
    throw explainQueryError(error, Object.keys(inputs));
  }
}

function missingValue(name: string, values: TransformRequest['values']): QueryError {
  const known = Object.keys(values);
  return new QueryError({
    problem: `it names $${name}, which is not among its values`,
    hint: known.length === 0 ? `add values: {${name}: …}` : `there are: ${known.join(', ')}`,
    line: null,
  });
}

function explainQueryError(error: unknown, inputs: readonly string[]): unknown {
  if (error instanceof MillraceError || !(error instanceof Error)) return error;
  const text = error.message;
  if (/^(INTERNAL|FATAL|INTERRUPT|IO) Error/i.test(text)) return error;
  if (/^Out of Memory/i.test(text)) {
    return new MillraceError(
      'InvalidInput',
      `the SQL needs more memory than it may use: ${firstLine(text)}`,
      'take fewer rows or columns at a time, or raise memoryMb',
      { cause: error },
    );
  }
  const line = /^LINE (\d+):/m.exec(text)?.[1];
  const defect = {
    problem: firstLine(text).replace(/^[A-Z][A-Za-z ]* Error: /, ''),
    line: line === undefined ? null : Number(line) - 1,
  };
  const hint = /^Permission Error|does not exist|disabled/i.test(text)
    ? `a query reads its inputs and nothing else: ${inputs.join(', ')}`
    : (/Candidate bindings?: .*/.exec(text)?.[0] ?? 'mend the query, or the rows that it fails on');
  return new QueryError({ ...defect, hint }, undefined, { cause: error });
}

async function writeResult(
  connection: DuckDBConnection,
  request: TransformRequest,
  inherited: ReadonlySet<string>,
  temporary: string,
): Promise<TableSchema> {
  const described = await queryRows(connection, `DESCRIBE ${RESULT}`);
  const columns = described.map(([name, type]) =>
    sourceColumn(String(name), identifier(String(name)), String(type)),
  );
  const timeOf = (name: string) => {
    const column = columns.find((candidate) => candidate.name === name);
    return column?.kind === 'timestamp' ? name : undefined;
  };
  const { time } = request;
  if (time !== undefined && timeOf(time) === undefined) {
    const has = columns.map((column) => `${column.name} (${column.kind})`).join(', ');
    throw new MillraceError(
      'InvalidInput',
      `the result has no column of times "${time}"`,
      `its columns are: ${has}`,
    );
  }
  const kept = time ?? [...inherited].find((name) => timeOf(name) !== undefined);
  const metadata = kept === undefined ? {} : { [TIME_COLUMN_KEY]: kept };
  const rows = await copyToParquet(connection, `FROM ${RESULT}`, temporary, metadata);
  return { rows, columns: columns.map(({ name, kind }) => ({ name, kind })), metadata };
}
