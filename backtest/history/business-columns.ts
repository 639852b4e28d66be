import { type BusinessSummary, METRIC_NAME_PATTERN, MillraceError } from '../../contracts/index.js';
import type { Column, Table } from '../../storage/tabular/table.js';

const PREFIX = 'business.';

/**
 * Columns `business.NAME` of a history: what each row's prediction turned out to be worth, as
 * `POST /metrics-feedback` would have told it. They are no inputs: no training is given them.
 *
 * @throws MillraceError `InvalidInput` for one that holds no numbers, or whose name is none of a metric
 */
export function businessColumns(
  { columns }: Pick<Table, 'columns'>,
  source: string,
): readonly Column[] {
  const found = columns.filter(({ name }) => name.startsWith(PREFIX));
  for (const { name, kind } of found) {
    if (!METRIC_NAME_PATTERN.test(name.slice(PREFIX.length))) {
      throw new MillraceError(
        'InvalidInput',
        `${source}: column ${name} names no business metric`,
        'after business. stand letters, digits and _, at most 64, no digit first',
      );
    }
    if (kind !== 'number' && kind !== 'integer') {
      throw new MillraceError(
        'InvalidInput',
        `${source}: column ${name} is of kind ${kind}`,
        'a business metric is a number a row, or missing',
      );
    }
  }
  return found;
}

/**
 * What the rows brought in all, by the metric's name; a metric that none of them has is left out.
 *
 * @param rows - those whose worth is known
 */
export function businessOf(
  columns: readonly Column[],
  rows: readonly number[],
): { readonly [name: string]: BusinessSummary } {
  const summaries = columns.flatMap(({ name, kind, values }) => {
    if (kind === 'string') return [];
    const known = rows.map((row) => values[row] ?? Number.NaN).filter(Number.isFinite);
    if (known.length === 0) return [];
    const sum = known.reduce((total, value) => total + value, 0);
    const summary = { count: known.length, sum, mean: sum / known.length, replaced: 0 };
    return [[name.slice(PREFIX.length), summary] as const];
  });
  return Object.fromEntries(summaries);
}
