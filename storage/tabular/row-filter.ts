import type { DuckDBConnection } from '@duckdb/node-api';
import { MillraceError } from '../../contracts/index.js';
import { queryRows } from './database.js';
import type { Source } from './source.js';
import { literal } from './sql-text.js';
import { firstLine, missingColumn } from './table-error.js';
import { firstUnstable } from './unstable-function.js';

/** Everything a condition on the columns of one row needs; what is not listed is refused. */
const ALLOWED_CLASSES = new Set([
  'BETWEEN',
  'CASE',
  'CAST',
  'COLLATE',
  'COLUMN_REF',
  'COMPARISON',
  'CONJUNCTION',
  'CONSTANT',
  'FUNCTION',
  'OPERATOR',
]);

const MAX_LENGTH = 10_000;

/**
 * Checks a row filter, a DuckDB boolean expression such as `humidity > 0 AND weather <> 'storm'`,
 * and returns it in parentheses, to be put after WHERE of a query on `source`.
 *
 * The expression is parsed by DuckDB and may be nothing but a condition on the columns: no second
 * statement or clause, no subquery, window or parameter, and no function whose value changes between
 * runs (`now`, `random`), because results are found again by content. Beyond the check, the database
 * it runs in can reach no other file.
 *
 * @throws MillraceError `InvalidInput` saying what in the expression is wrong
 */
export async function checkRowFilter(
  connection: DuckDBConnection,
  source: Source,
  where: string,
): Promise<string> {
  const refuse = (problem: string) =>
    new MillraceError(
      'InvalidInput',
      `the row filter \`${where.slice(0, 200)}\` ${problem}`,
      'write a condition on the columns of one row, for example: humidity > 0 AND weather = 2',
    );
  if (where.length > MAX_LENGTH) throw refuse(`is longer than ${MAX_LENGTH} characters`);

  const clause = await parseWhere(connection, where, refuse);
  const functions = new Set<string>();
  const known = new Set(source.columns.map(({ name }) => name.toLowerCase()));
  for (const node of expressionsIn(clause)) {
    if (!ALLOWED_CLASSES.has(node.class)) {
      throw refuse(`holds a ${node.class.toLowerCase()}, which a filter may not`);
    }
    if (node.function_name !== undefined) functions.add(node.function_name);
    if (node.column_names !== undefined) {
      const name = node.column_names.join('.');
      if (!known.has(name.toLowerCase())) {
        throw missingColumn(name, source.file.path, source.columns);
      }
    }
  }
  const unstable = await firstUnstable(connection, functions);
  if (unstable !== null) throw refuse(`uses ${unstable}(), which differs from run to run`);

  // The new line ends a comment that the expression may end with.
  const condition = `(${where}\n)`;
  await queryRows(connection, `SELECT count(*) FROM source WHERE ${condition}`).catch(
    (error: Error) => {
      const kind = /^(\w+(?: \w+)*) Error: /.exec(error.message)?.[1] ?? '';
      if (kind === 'Conversion' || kind === 'Out of Range') {
        throw refuse(`fails on a row: ${firstLine(error.message)}`);
      }
      if (kind === 'Binder' || kind === 'Catalog' || kind === 'Parser') {
        throw refuse(`is not valid: ${firstLine(error.message)}`);
      }
      throw error;
    },
  );
  return condition;
}

interface ExpressionNode {
  readonly class: string;
  readonly function_name?: string;
  readonly column_names?: readonly string[];
}

async function parseWhere(
  connection: DuckDBConnection,
  where: string,
  refuse: (problem: string) => MillraceError,
): Promise<unknown> {
  const parse = async (condition: string) => {
    const statement = literal(`SELECT 1 FROM source WHERE (${condition}\n)`);
    const [row = []] = await queryRows(connection, `SELECT json_serialize_sql(${statement})`);
    return JSON.parse(String(row[0])) as {
      readonly error: boolean;
      readonly error_message?: string;
      readonly statements?: readonly { readonly node: { readonly where_clause?: unknown } }[];
    };
  };
  const parsed = await parse(where);
  if (parsed.error) throw refuse(`cannot be parsed: ${parsed.error_message ?? 'syntax error'}`);
  const [only, ...more] = parsed.statements ?? [];
  const [plain] = (await parse('true')).statements ?? [];
  // Whatever the text does besides being a condition (`1=1) UNION …`) shows outside the WHERE clause.
  if (more.length > 0 || outside(only?.node) !== outside(plain?.node)) {
    throw refuse('is more than one condition');
  }
  return only?.node.where_clause;
}

function outside(node: object | undefined): string {
  return JSON.stringify({ ...node, where_clause: null });
}

function* expressionsIn(tree: unknown): Generator<ExpressionNode> {
  if (Array.isArray(tree)) {
    for (const item of tree) yield* expressionsIn(item);
  } else if (typeof tree === 'object' && tree !== null) {
    if ('class' in tree) yield tree as ExpressionNode;
    for (const item of Object.values(tree)) yield* expressionsIn(item);
  }
}
