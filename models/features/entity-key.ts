import type { SourceColumn } from '../../storage/tabular/column-kind.js';

/**
 * SQL of a key column's value as text, by which rows of one entity find each other whatever types
 * hold their keys: the whole number 42 is `42`, also where a column of fractions holds it.
 */
export function keyText({ kind, expression }: Pick<SourceColumn, 'kind' | 'expression'>): string {
  if (kind !== 'number') return `CAST(${expression} AS VARCHAR)`;
  const whole = `${expression} = floor(${expression}) AND abs(${expression}) < 9007199254740992`;
  return `CASE WHEN ${whole} THEN CAST(CAST(${expression} AS BIGINT) AS VARCHAR) ELSE CAST(${expression} AS VARCHAR) END`;
}

/**
 * The key of an entity as one text, equal to {@link keyText}'s of each column.
 *
 * @param values - one a key column, in their order
 * @returns `null` where one is missing or cannot be a key: neither can a number that may stand for
 * several ({@link isInexact})
 * @example entityKey([42, 'north']); // '["42","north"]'
 */
export function entityKey(values: readonly unknown[]): string | null {
  const texts: string[] = [];
  for (const value of values) {
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'boolean' || isExact(value)) texts.push(String(value));
    else return null;
  }
  return JSON.stringify(texts);
}

/**
 * Whether it is a number that whole numbers beside it are read as too: 9007199254740993, another
 * entity, would be looked up as 9007199254740992.
 */
export function isInexact(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && !isExact(value);
}

function isExact(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}
