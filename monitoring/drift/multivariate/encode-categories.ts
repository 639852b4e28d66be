import { countCategories } from '../samples/column-values.js';
import { type EncodedFeature, indicator } from './encode-numbers.js';

/** Categories with a column of their own; all others share one. */
export const ENCODED_CATEGORIES = 30;

/**
 * Categories as columns of 0 and 1. Which ones have a column is decided on both sides together:
 * chosen on the reference alone, a column of identifiers would differ without any drift.
 *
 * @returns nothing where all rows of both sides have the same category
 */
export function encodeCategories(
  name: string,
  reference: readonly (string | null)[],
  current: readonly (string | null)[],
): EncodedFeature[] {
  const counts = countCategories(reference);
  for (const [category, count] of countCategories(current)) {
    counts.set(category, (counts.get(category) ?? 0) + count);
  }
  const ranked = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const kept = ranked.slice(0, ENCODED_CATEGORIES).map(([category]) => category);
  const known = new Set(kept);
  const marked = (label: string, is: (value: string | null) => boolean) => {
    const mark = (side: readonly (string | null)[]) =>
      Float64Array.from(side, (value) => (is(value) ? 1 : 0));
    return indicator(label, mark(reference), mark(current));
  };
  return [
    ...kept.flatMap((category) => marked(`${name} = ${category}`, (value) => value === category)),
    ...marked(`${name} is another`, (value) => value !== null && !known.has(value)),
    ...marked(`${name} is missing`, (value) => value === null),
  ];
}
