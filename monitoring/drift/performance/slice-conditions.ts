import { type ColumnValues, countCategories, sortedPresent } from '../samples/column-values.js';
import { binOf, quantileBinEdges } from '../samples/quantile-bins.js';

/** One part of a slice: rows of a column with this value, in this range, or without a value. */
export type SliceCondition =
  | { readonly column: string; readonly of: 'category'; readonly value: string }
  /** low ≤ value < high; the last range of a column holds its upper end too. */
  | { readonly column: string; readonly of: 'range'; readonly low: number; readonly high: number }
  | { readonly column: string; readonly of: 'missing' };

/** A column cut into conditions: each row meets one of them, or none (−1). */
export interface CutColumn {
  readonly name: string;
  readonly conditions: readonly SliceCondition[];
  readonly codes: Int16Array;
}

/** The rest of a column's categories are too rare to be slices of their own. */
const MAX_CATEGORIES = 20;
const RANGES = 4;

/**
 * Cuts a column into the conditions that slices are made of: its most frequent categories (20 at
 * the most), quarters of its numbers, and where values are missing.
 */
export function cutColumn(name: string, column: ColumnValues): CutColumn {
  const rows = column.values.length;
  const codes = new Int16Array(rows).fill(-1);
  const conditions: SliceCondition[] = [];
  let missing = -1;
  const codeOfMissing = () => {
    if (missing === -1) missing = conditions.push({ column: name, of: 'missing' }) - 1;
    return missing;
  };
  if (column.kind === 'categorical') {
    const frequent = [...countCategories(column.values)]
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, MAX_CATEGORIES);
    const codeOf = new Map<string, number>();
    for (const [value] of frequent) {
      codeOf.set(value, conditions.push({ column: name, of: 'category', value }) - 1);
    }
    column.values.forEach((value, row) => {
      codes[row] = value === null ? codeOfMissing() : (codeOf.get(value) ?? -1);
    });
    return { name, conditions, codes };
  }
  const sorted = sortedPresent(column.values);
  if (sorted.length > 0) {
    const edges = quantileBinEdges(sorted, RANGES);
    const bins = Math.max(1, edges.length - 1);
    for (let bin = 0; bin < bins; bin += 1) {
      const low = edges[bin] ?? 0;
      conditions.push({ column: name, of: 'range', low, high: edges[bin + 1] ?? low });
    }
    column.values.forEach((value, row) => {
      codes[row] = Number.isNaN(value) ? codeOfMissing() : binOf(edges, value, bins + 2) - 1;
    });
  } else {
    column.values.forEach((_, row) => {
      codes[row] = codeOfMissing();
    });
  }
  return { name, conditions, codes };
}

/** @example describeCondition({ column: 'age', of: 'range', low: 20, high: 30 }); // '20 ≤ age < 30' */
export function describeCondition(condition: SliceCondition): string {
  switch (condition.of) {
    case 'category':
      return `${condition.column} = ${condition.value}`;
    case 'missing':
      return `${condition.column} is missing`;
    case 'range':
      return condition.low === condition.high
        ? `${condition.column} = ${condition.low}`
        : `${condition.low} ≤ ${condition.column} < ${condition.high}`;
  }
}
