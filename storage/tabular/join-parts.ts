import { dirname, resolve } from 'node:path';
import { makeDirectory, replaceFile } from '../durable-file.js';
import { queryRows, withDatabase } from './database.js';
import { type KeptColumns, keptColumns } from './kept-columns.js';
import { copyToParquet } from './publish-parquet.js';
import type { ReadOptions } from './read-table.js';
import { openSource } from './source.js';
import { fileLiteral, identifier, literal } from './sql-text.js';
import { explainTableError } from './table-error.js';
import { openTableFile } from './table-file.js';

/** A column that is added: SQL over the columns of the parts and `row_number`, counted from 0. */
export interface AddedColumn {
  readonly name: string;
  readonly expression: string;
}

export interface JoinOptions extends ReadOptions, KeptColumns {
  /** Columns of the input that are kept, in this order. */
  readonly keep: readonly string[];
  /** Parquet files that hold, one after the other, a row for each row of the input. */
  readonly parts: readonly string[];
  readonly added: readonly AddedColumn[];
  /** SQL over the same: rows for which it is true are left out. */
  readonly leaveOut?: string;
}

/**
 * Writes columns of a file with others beside them, in the order of its rows: whole and durable under
 * its name, or not at all. No row passes through JavaScript. What expressions call `source` are the
 * columns as they are kept.
 *
 * @returns number of rows written
 * @throws MillraceError `InvalidInput` where the input lacks a column or cannot be read
 */
export async function joinParts(
  input: string,
  output: string,
  options: JoinOptions,
): Promise<number> {
  const { keep, parts, added, leaveOut, outputFormat, format, signal } = options;
  const file = await openTableFile(input, format);
  const path = resolve(output);
  await makeDirectory(dirname(path));
  let rows = 0;
  await replaceFile(path, (temporary) =>
    withDatabase([file.path, temporary, ...parts], signal, async (connection) => {
      const source = await openSource(connection, file);
      const kept = source.pick(keep).map(({ name }) => `source.${identifier(name)}`);
      const more = added.map(({ name, expression }) => `${expression} AS ${identifier(name)}`);
      const side = `(SELECT *, row_number() OVER () - 1 AS row_number FROM read_parquet([${parts.map(fileLiteral).join(', ')}]))`;
      try {
        const whole = await keptColumns(connection, source, options);
        const query = `SELECT ${[...kept, ...more].join(', ')} FROM ${whole} AS source POSITIONAL JOIN ${side} AS parts${
          leaveOut === undefined ? '' : ` WHERE NOT (${leaveOut})`
        }`;
        if (outputFormat === 'parquet') {
          rows = await copyToParquet(connection, query, temporary, source.metadata);
        } else {
          const form = outputFormat === 'csv' ? 'FORMAT csv, HEADER true' : 'FORMAT json';
          const [row = []] = await queryRows(
            connection,
            `COPY (${query}) TO ${literal(temporary)} (${form}, USE_TMP_FILE false)`,
          );
          rows = Number(row[0]);
        }
      } catch (error) {
        throw explainTableError(error, file.path, file.format);
      }
    }),
  );
  return rows;
}
