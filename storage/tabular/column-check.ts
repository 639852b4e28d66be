import type { DuckDBConnection } from '@duckdb/node-api';
import { MillraceError, type ValueKind } from '../../contracts/index.js';
import { queryRows, withDatabase } from './database.js';
import type { ReadOptions } from './read-table.js';
import { openSource, type Source } from './source.js';
import { identifier, literal } from './sql-text.js';
import { explainTableError, firstLine } from './table-error.js';
import { openTableFile } from './table-file.js';
import { comparable } from './value-literal.js';

/** What every value of a column is expected to be. Missing values count only for `not-null`. */
export type ColumnCheck =
  | { readonly kind: 'not-null'; readonly column: string }
  | {
      readonly kind: 'between';
      readonly column: string;
      /** A number, or for a time column text such as `2011-07-01`. Absent: no bound on this side. */
      readonly min?: number | string;
      readonly max?: number | string;
      /** The bound itself is not allowed. Default false. */
      readonly strictMin?: boolean;
      readonly strictMax?: boolean;
    }
  | {
      readonly kind: 'in-set' | 'not-in-set';
      readonly column: string;
      readonly values: readonly (string | number | boolean)[];
    }
  /** No value appears twice; every row of a repeated value is unexpected. */
  | { readonly kind: 'unique'; readonly column: string }
  /** Some part of the text matches (RE2). */
  | { readonly kind: 'matches'; readonly column: string; readonly pattern: string };

/** A value as JSON: times are RFC 3339. */
export type CheckedValue = string | number | boolean | null;

export interface ColumnCheckResult {
  readonly rows: number;
  readonly missing: number;
  /** Rows whose value is not as expected. */
  readonly unexpected: number;
  /** The most frequent unexpected values with their counts, at most `examples` of them. */
  readonly examples: readonly { readonly value: CheckedValue; readonly count: number }[];
}

/**
 * Counts, for each check, the rows whose value is not as expected.
 *
 * @param options.examples - how many unexpected values to name; default 20
 * @returns one result a check, in their order
 * @throws MillraceError `InvalidInput` when the file cannot be read, a column is not there, or a bound
 * or value cannot be compared with the column's kind
 * @example
 * await checkColumns('bikes.parquet', [{ kind: 'between', column: 'humidity', min: 0, max: 1 }]);
 * // [{ rows: 17379, missing: 0, unexpected: 2, examples: [{ value: 1.2, count: 2 }] }]
 */
export async function checkColumns(
  path: string,
  checks: readonly ColumnCheck[],
  options: ReadOptions & { readonly examples?: number } = {},
): Promise<readonly ColumnCheckResult[]> {
  const file = await openTableFile(path, options.format);
  return withDatabase([file.path], options.signal, async (connection) => {
    const source = await openSource(connection, file, 'often');
    const results: ColumnCheckResult[] = [];
    for (const check of checks) {
      results.push(await runCheck(connection, source, check, options.examples ?? 20));
    }
    return results;
  });
}

async function runCheck(
  connection: DuckDBConnection,
  source: Source,
  check: ColumnCheck,
  examples: number,
): Promise<ColumnCheckResult> {
  const [column] = source.pick([check.column]);
  const kind = column?.kind ?? 'string';
  const name = identifier(check.column);
  if (check.kind === 'matches') await refuseBadPattern(connection, check.pattern);
  const unexpected = unexpectedCondition(check, name, kind, source.file.path);
  const shown = kind === 'timestamp' ? `strftime(${name}, '%Y-%m-%dT%H:%M:%SZ')` : name;
  try {
    const groups = await queryRows(
      connection,
      `WITH groups AS (SELECT ${name}, count(*) AS n FROM source GROUP BY 1)
       SELECT sum(n), sum(n) FILTER (${name} IS NULL), sum(n) FILTER (${unexpected}) FROM groups`,
    );
    const [rows, missing, unexpectedRows] = (groups[0] ?? []).map(Number);
    const found = await queryRows(
      connection,
      `WITH groups AS (SELECT ${name}, count(*) AS n FROM source GROUP BY 1)
       SELECT ${shown}, n FROM groups WHERE ${unexpected} ORDER BY n DESC, ${name} LIMIT ${examples}`,
    );
    return {
      rows: rows ?? 0,
      missing: missing ?? 0,
      unexpected: unexpectedRows ?? 0,
      examples: found.map(([value, count]) => ({ value: asJson(value), count: Number(count) })),
    };
  } catch (error) {
    throw explainTableError(error, source.file.path, source.file.format);
  }
}

async function refuseBadPattern(connection: DuckDBConnection, pattern: string): Promise<void> {
  try {
    await queryRows(connection, `SELECT regexp_matches('', ${literal(pattern)})`);
  } catch (error) {
    throw new MillraceError(
      'InvalidInput',
      `the pattern ${pattern} is not a regular expression: ${firstLine((error as Error).message)}`,
      'look-ahead and back-references are not supported (RE2)',
    );
  }
}

/** SQL over one distinct value and its count `n`: true when it is not as expected, never NULL-dependent. */
function unexpectedCondition(
  check: ColumnCheck,
  name: string,
  kind: ValueKind,
  path: string,
): string {
  const present = `${name} IS NOT NULL`;
  const compare = (value: string | number | boolean) =>
    comparable(value, { column: check.column, kind, path });
  switch (check.kind) {
    case 'not-null':
      return `${name} IS NULL`;
    case 'unique':
      return `${present} AND n > 1`;
    case 'matches':
      return `${present} AND NOT regexp_matches(CAST(${name} AS VARCHAR), ${literal(check.pattern)})`;
    case 'in-set':
    case 'not-in-set': {
      const listed = check.values.map(compare);
      const inSet = listed.length === 0 ? 'false' : `${name} IN (${listed.join(', ')})`;
      return `${present} AND ${check.kind === 'in-set' ? 'NOT ' : ''}(${inSet})`;
    }
    case 'between': {
      const bounds = [
        ...(check.min === undefined
          ? []
          : [`${name} ${check.strictMin ? '>' : '>='} ${compare(check.min)}`]),
        ...(check.max === undefined
          ? []
          : [`${name} ${check.strictMax ? '<' : '<='} ${compare(check.max)}`]),
      ];
      return `${present} AND NOT (${bounds.length === 0 ? 'true' : bounds.join(' AND ')})`;
    }
  }
}

function asJson(value: unknown): CheckedValue {
  if (typeof value === 'bigint') return Number(value);
  // Infinity has no JSON form.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return typeof value === 'boolean' || value === null ? value : String(value);
}
