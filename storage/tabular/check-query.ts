import type { DuckDBConnection } from '@duckdb/node-api';
import { queryRows } from './database.js';
import { literal } from './sql-text.js';
import { firstUnstable } from './unstable-function.js';

/** What is wrong with a query, and on which of its lines. */
export interface QueryDefect {
  readonly problem: string;
  readonly hint: string;
  /** From 1; `null` where it is about the query as a whole. */
  readonly line: number | null;
}

const ONE_SELECT = 'write one SELECT, WITH … SELECT or FROM statement';

/**
 * Whether a text is one statement that only reads and whose rows are the same in every run. What it
 * reads is held by the database, not here.
 *
 * @returns `null` where nothing is wrong with it
 */
export async function checkQuery(
  connection: DuckDBConnection,
  sql: string,
): Promise<QueryDefect | null> {
  const [row = []] = await queryRows(connection, `SELECT json_serialize_sql(${literal(sql)})`);
  const parsed = JSON.parse(String(row[0])) as {
    readonly error: boolean;
    readonly error_type?: string;
    readonly error_message?: string;
    readonly position?: string;
    readonly statements?: readonly unknown[];
  };
  if (parsed.error) {
    return parsed.error_type === 'parser'
      ? {
          problem: parsed.error_message ?? 'syntax error',
          hint: 'see the DuckDB documentation of SELECT',
          line: parsed.position === undefined ? null : lineAt(sql, Number(parsed.position)),
        }
      : { problem: 'it is not a query that only reads', hint: ONE_SELECT, line: null };
  }
  const count = parsed.statements?.length ?? 0;
  if (count !== 1) return { problem: `it holds ${count} statements`, hint: ONE_SELECT, line: null };

  const found = { functions: new Map<string, number>(), sampled: null as number | null };
  collect(parsed.statements, found);
  if (found.sampled !== null) {
    return {
      problem: 'it takes a sample that differs from run to run',
      hint: 'give the sample a seed: REPEATABLE (42)',
      line: found.sampled === -1 ? null : lineAt(sql, found.sampled),
    };
  }
  const unstable = await firstUnstable(connection, new Set(found.functions.keys()));
  if (unstable === null) return null;
  return {
    problem: `${unstable}() differs from run to run`,
    hint: 'give what changes as one of `values`, such as run.asOf',
    line: lineAt(sql, found.functions.get(unstable) ?? 0),
  };
}

/** Names of the functions in a syntax tree, each with the offset where it stands first. */
function collect(
  tree: unknown,
  found: { readonly functions: Map<string, number>; sampled: number | null },
): void {
  if (Array.isArray(tree)) {
    for (const item of tree) collect(item, found);
    return;
  }
  if (typeof tree !== 'object' || tree === null) return;
  const node = tree as Readonly<Record<string, unknown>>;
  const name = node['function_name'];
  if (typeof name === 'string' && !found.functions.has(name)) {
    found.functions.set(name, Number(node['query_location'] ?? 0));
  }
  const { sample } = node;
  if (isUnseeded(sample)) found.sampled = Number(node['query_location'] ?? -1);
  for (const item of Object.values(node)) collect(item, found);
}

function isUnseeded(sample: unknown): boolean {
  if (typeof sample !== 'object' || sample === null) return false;
  const { seed } = sample as { readonly seed?: unknown };
  return seed === -1;
}

function lineAt(text: string, offset: number): number {
  return Buffer.from(text).subarray(0, offset).toString().split('\n').length;
}
