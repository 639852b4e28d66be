import type { DuckDBConnection } from '@duckdb/node-api';
import { formatEventTime, MillraceError } from '../../contracts/index.js';
import { queryRows, withDatabase } from './database.js';
import { copyToParquet, publishParquet } from './publish-parquet.js';
import { checkRowFilter } from './row-filter.js';
import { openSource, refuseEmpty, type Source } from './source.js';
import { identifier, timestampLiteral } from './sql-text.js';
import { type TableFormat, type TableSchema, TIME_COLUMN_KEY } from './table.js';
import { explainTableError } from './table-error.js';
import { openTableFile } from './table-file.js';
import { eventTimeOf } from './time-column.js';

export interface IngestRequest {
  readonly source: string;
  /** Default: by the file's extension, or its first bytes. */
  readonly format?: TableFormat;
  /** Name of the event-time column; default: the one the source's own metadata names. */
  readonly time?: string;
  /** First moment that is taken, ms since the epoch. Needs a time column. */
  readonly fromMs?: number;
  /** First moment that is no longer taken. Needs a time column. */
  readonly toMs?: number;
  /** Half-open ranges `[from, to)` in ms that are left out; without a time column none can be. */
  readonly excludeMs?: readonly (readonly [number, number])[];
  /** A DuckDB condition on the columns of one row. */
  readonly where?: string;
  /** Columns to keep, in this order; the time column is kept in any case. Default all. */
  readonly columns?: readonly string[];
  /** The Parquet file to make. */
  readonly destination: string;
  readonly signal?: AbortSignal;
}

/**
 * Copies a source to one Parquet file in order of event time (rows of equal time keep the source's
 * order; without a time column all do), and names the time column in its metadata.
 *
 * @returns what was written
 * @throws MillraceError `InvalidInput` when the source is missing, empty, damaged or ragged, a column
 * is not there, a time is missing or unreadable, the row filter is not valid, or no row is left
 * @example
 * await ingestTable({
 *   source: 'bikes.csv', time: 'hour', fromMs: Date.UTC(2011, 0), toMs: Date.UTC(2011, 6),
 *   destination: 'bikes.parquet',
 * }); // { rows: 4292, columns: […], metadata: { 'millrace.time': 'hour' } }
 */
export async function ingestTable(request: IngestRequest): Promise<TableSchema> {
  const file = await openTableFile(request.source, request.format);
  let written: TableSchema | null = null;
  await publishParquet(request.destination, (temporary) =>
    withDatabase([file.path, temporary], request.signal, async (connection) => {
      const source = await openSource(connection, file, 'often');
      try {
        written = await copySelected(connection, source, request, temporary);
      } catch (error) {
        throw explainTableError(error, file.path, file.format);
      }
    }),
  );
  if (written === null) throw new MillraceError('Internal', 'ingestTable: nothing was written');
  return written;
}

async function copySelected(
  connection: DuckDBConnection,
  source: Source,
  request: IngestRequest,
  temporary: string,
): Promise<TableSchema> {
  const { where, fromMs, toMs } = request;
  const timeName = request.time ?? source.metadata[TIME_COLUMN_KEY];
  const condition = where === undefined ? 'true' : await checkRowFilter(connection, source, where);
  if (timeName === undefined && (fromMs !== undefined || toMs !== undefined)) {
    throw new MillraceError(
      'InvalidInput',
      `${source.file.path}: a time range was given, but no time column`,
      'name the time column (`time`)',
    );
  }
  const time =
    timeName === undefined ? null : await eventTimeOf(connection, source, timeName, condition);
  const range = [
    ...(fromMs === undefined ? [] : [`${time} >= ${timestampLiteral(fromMs)}`]),
    ...(toMs === undefined ? [] : [`${time} < ${timestampLiteral(toMs)}`]),
    ...(time === null ? [] : (request.excludeMs ?? [])).map(
      ([from, to]) =>
        `NOT (${time} >= ${timestampLiteral(from)} AND ${time} < ${timestampLiteral(to)})`,
    ),
  ];
  const kept = [condition, ...range].join(' AND ');
  await refuseNothingLeft(connection, source, { request, time, condition, kept });

  const names = request.columns ?? source.columns.map((column) => column.name);
  const wanted = timeName === undefined || names.includes(timeName) ? names : [timeName, ...names];
  const columns = source
    .pick(wanted)
    .map((column) =>
      column.name === timeName
        ? { name: column.name, kind: 'timestamp' as const, sql: time }
        : { name: column.name, kind: column.kind, sql: identifier(column.name) },
    );
  const order = time === null ? '' : ` ORDER BY ${time}, row_number() OVER ()`;
  const selected = columns.map(({ name, sql }) => `${sql} AS ${identifier(name)}`).join(', ');
  const metadata = timeName === undefined ? {} : { [TIME_COLUMN_KEY]: timeName };
  const rows = await copyToParquet(
    connection,
    `SELECT ${selected} FROM source WHERE ${kept}${order}`,
    temporary,
    metadata,
  );
  return { rows, columns: columns.map(({ name, kind }) => ({ name, kind })), metadata };
}

async function refuseNothingLeft(
  connection: DuckDBConnection,
  source: Source,
  selection: { request: IngestRequest; time: string | null; condition: string; kept: string },
): Promise<void> {
  const { request, time, condition, kept } = selection;
  const path = source.file.path;
  const [row = []] = await queryRows(
    connection,
    `SELECT count(*), count(*) FILTER (${condition}), count(*) FILTER (${kept}),
       ${time === null ? 'NULL, NULL' : `epoch_ms(min(${time}) FILTER (${condition})), epoch_ms(max(${time}) FILTER (${condition}))`}
     FROM source`,
  );
  const [all, filtered, left] = row.map(Number);
  refuseEmpty(all ?? 0, path);
  if (filtered === 0) {
    throw new MillraceError(
      'InvalidInput',
      `${path}: none of its ${all} rows passes the row filter \`${request.where}\``,
      'change or remove the row filter (`where`)',
    );
  }
  if (left === 0) {
    const bound = (ms: number | undefined) => (ms === undefined ? '…' : formatEventTime(ms));
    throw new MillraceError(
      'InvalidInput',
      `${path}: no row lies in [${bound(request.fromMs)}, ${bound(request.toMs)})${leftOut(request)}`,
      `its rows run from ${formatEventTime(Number(row[3]))} to ${formatEventTime(Number(row[4]))}`,
    );
  }
}

function leftOut({ excludeMs = [] }: IngestRequest): string {
  if (excludeMs.length === 0) return '';
  const ranges = excludeMs.map(
    ([from, to]) => `${formatEventTime(from)} to ${formatEventTime(to)}`,
  );
  return ` outside what is left out (${ranges.join(', ')})`;
}
