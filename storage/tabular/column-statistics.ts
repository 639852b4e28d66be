import { MillraceError } from '../../contracts/index.js';
import { queryRows, withDatabase } from './database.js';
import type { ReadOptions } from './read-table.js';
import { openSource } from './source.js';
import { identifier } from './sql-text.js';
import { explainTableError } from './table-error.js';
import { openTableFile } from './table-file.js';

/** `null` where it is not defined: no value, or for all but the counts a column of text. */
export interface ColumnStatistics {
  readonly rows: number;
  readonly missing: number;
  /** Distinct values, missing ones apart. */
  readonly distinct: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly sum: number | null;
  readonly mean: number | null;
  readonly median: number | null;
  /** Of the sample (n − 1); `null` below two values. */
  readonly standardDeviation: number | null;
}

/**
 * Exact counts and moments of one column. A time counts as ms since the epoch, a boolean as 0 or 1;
 * infinite numbers are left out of the moments.
 *
 * @throws MillraceError `InvalidInput` when the file cannot be read or the column is not there
 */
export async function columnStatistics(
  path: string,
  column: string,
  options: ReadOptions = {},
): Promise<ColumnStatistics> {
  const file = await openTableFile(path, options.format);
  return withDatabase([file.path], options.signal, async (connection) => {
    const source = await openSource(connection, file);
    const [picked] = source.pick([column]);
    const name = identifier(column);
    const number =
      picked?.kind === 'string'
        ? 'CAST(NULL AS DOUBLE)'
        : picked?.kind === 'timestamp'
          ? `CAST(epoch_ms(${name}) AS DOUBLE)`
          : `CAST(CAST(${name} AS ${picked?.kind === 'boolean' ? 'TINYINT' : 'DOUBLE'}) AS DOUBLE)`;
    try {
      const [row = []] = await queryRows(
        connection,
        `SELECT count(*), count(*) - count(v), count(DISTINCT v), min(x), max(x), sum(x), avg(x),
           median(x), CASE WHEN count(x) > 1 THEN stddev_samp(x) END
         FROM (SELECT v, CASE WHEN isfinite(y) THEN y END AS x
               FROM (SELECT ${name} AS v, ${number} AS y FROM source))`,
      );
      const [rows, missing, distinct] = row.slice(0, 3).map(Number);
      if (rows === undefined || missing === undefined || distinct === undefined) {
        throw new MillraceError('Internal', `${file.path}: statistics of "${column}" have no row`);
      }
      const [min, max, sum, mean, median, standardDeviation] = row.slice(3).map(finiteOrNull);
      return {
        rows,
        missing,
        distinct,
        min: min ?? null,
        max: max ?? null,
        sum: sum ?? null,
        mean: mean ?? null,
        median: median ?? null,
        standardDeviation: standardDeviation ?? null,
      };
    } catch (error) {
      throw explainTableError(error, file.path, file.format);
    }
  });
}

function finiteOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
