import type { DuckDBConnection } from '@duckdb/node-api';
import { formatEventTime, MillraceError } from '../../contracts/index.js';
import { queryRows, withDatabase } from './database.js';
import { copyToParquet, publishParquet } from './publish-parquet.js';
import { countRows, openSource, refuseEmpty, type Source } from './source.js';
import { identifier, timestampLiteral } from './sql-text.js';
import { type TableFormat, TIME_COLUMN_KEY } from './table.js';
import { explainTableError } from './table-error.js';
import { openTableFile } from './table-file.js';
import { eventTimeOf } from './time-column.js';

export interface SplitRequest {
  readonly source: string;
  readonly format?: TableFormat;
  /** Default: the time column that the metadata names. */
  readonly time?: string;
  /** How much is held out: the last share of the rows, in (0, 1), or all from a moment (ms) on. */
  readonly holdout: { readonly share: number } | { readonly fromMs: number };
  readonly trainDestination: string;
  readonly holdoutDestination: string;
  readonly signal?: AbortSignal;
}

export interface SplitResult {
  readonly trainRows: number;
  readonly holdoutRows: number;
  /** First moment of the hold-out in ms; `null` where there is no time column. */
  readonly boundaryMs: number | null;
}

/**
 * Splits a table into an earlier part to train on and a later one to hold out. Rows of equal time
 * are never separated: a share falls on the nearest boundary between two moments that leaves both
 * parts with rows. Without a time column the order of the rows stands for time.
 *
 * @throws MillraceError `InvalidInput` when one of the parts would be empty, or the share is not in (0, 1)
 * @example
 * await splitByTime({ source: 'bikes.parquet', holdout: { share: 0.2 }, trainDestination: 'train.parquet',
 *   holdoutDestination: 'holdout.parquet' }); // { trainRows: 3434, holdoutRows: 858, boundaryMs: … }
 */
export async function splitByTime(request: SplitRequest): Promise<SplitResult> {
  const { holdout, trainDestination, holdoutDestination } = request;
  if ('share' in holdout && !(holdout.share > 0 && holdout.share < 1)) {
    throw new MillraceError(
      'InvalidInput',
      `the share to hold out is ${holdout.share}`,
      'it must lie between 0 and 1, for example 0.2',
    );
  }
  const file = await openTableFile(request.source, request.format);
  let result: SplitResult | null = null;
  await publishParquet(trainDestination, (train) =>
    publishParquet(holdoutDestination, (held) =>
      withDatabase([file.path, train, held], request.signal, async (connection) => {
        const source = await openSource(connection, file, 'often');
        try {
          const rows = await countRows(connection, source);
          refuseEmpty(rows, file.path);
          const name = request.time ?? source.metadata[TIME_COLUMN_KEY];
          result =
            name === undefined
              ? await splitByOrder(connection, source, { rows, holdout, train, held })
              : await splitAtMoment(connection, source, { name, rows, holdout, train, held });
        } catch (error) {
          throw explainTableError(error, file.path, file.format);
        }
      }),
    ),
  );
  if (result === null) throw new MillraceError('Internal', 'splitByTime: nothing was written');
  return result;
}

interface Parts {
  readonly rows: number;
  readonly holdout: SplitRequest['holdout'];
  readonly train: string;
  readonly held: string;
}

async function splitByOrder(
  connection: DuckDBConnection,
  source: Source,
  { rows, holdout, train, held }: Parts,
): Promise<SplitResult> {
  if ('fromMs' in holdout) {
    throw new MillraceError(
      'InvalidInput',
      `${source.file.path}: the hold-out starts at a moment, but the table has no time column`,
      'name the time column when the data is ingested, or hold out a share',
    );
  }
  if (rows < 2) throw tooFew(source, 'it has one row');
  const count = Math.min(rows - 1, Math.max(1, rows - Math.round(rows * holdout.share)));
  const [first, rest] = [`LIMIT ${count}`, `LIMIT ${rows - count} OFFSET ${count}`];
  const all = 'SELECT * FROM source';
  return {
    trainRows: await copyToParquet(connection, `${all} ${first}`, train, source.metadata),
    holdoutRows: await copyToParquet(connection, `${all} ${rest}`, held, source.metadata),
    boundaryMs: null,
  };
}

async function splitAtMoment(
  connection: DuckDBConnection,
  source: Source,
  { name, rows, holdout, train, held }: Parts & { readonly name: string },
): Promise<SplitResult> {
  const time = await eventTimeOf(connection, source, name, 'true');
  const boundaryMs =
    'fromMs' in holdout
      ? holdout.fromMs
      : await nearestBoundary(connection, time, rows * (1 - holdout.share));
  if (boundaryMs === null) throw tooFew(source, `all its rows have the same "${name}"`);
  const columns = source.columns.map((column) =>
    column.name === name ? `${time} AS ${identifier(name)}` : identifier(column.name),
  );
  const metadata = { ...source.metadata, [TIME_COLUMN_KEY]: name };
  const part = (comparison: string, path: string) =>
    copyToParquet(
      connection,
      `SELECT ${columns.join(', ')} FROM source WHERE ${time} ${comparison} ${timestampLiteral(boundaryMs)}`,
      path,
      metadata,
    );
  const trainRows = await part('<', train);
  const holdoutRows = await part('>=', held);
  if (trainRows === 0 || holdoutRows === 0) {
    const empty = trainRows === 0 ? 'before' : 'from';
    throw tooFew(source, `no row lies ${empty} ${formatEventTime(boundaryMs)}`);
  }
  return { trainRows, holdoutRows, boundaryMs };
}

/** The moment, not the first, before which the number of rows is nearest to the one wanted. */
async function nearestBoundary(
  connection: DuckDBConnection,
  time: string,
  wantedBefore: number,
): Promise<number | null> {
  // Moments are cut to whole milliseconds so that the boundary can be told and compared exactly.
  const [row] = await queryRows(
    connection,
    `WITH moments AS (SELECT epoch_ms(${time}) AS moment, count(*) AS n FROM source GROUP BY 1),
       boundaries AS (SELECT moment, sum(n) OVER (ORDER BY moment) - n AS before FROM moments)
     SELECT moment FROM boundaries WHERE before > 0
     ORDER BY abs(before - CAST('${wantedBefore}' AS DOUBLE)), moment LIMIT 1`,
  );
  return row === undefined ? null : Number(row[0]);
}

function tooFew(source: Source, why: string): MillraceError {
  return new MillraceError(
    'InvalidInput',
    `${source.file.path} cannot be split: ${why}`,
    'both the training data and the hold-out need rows',
  );
}
