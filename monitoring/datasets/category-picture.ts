import type { ColumnPicture } from '../../contracts/index.js';

/** Categories with a bar of their own. */
const SHOWN = 12;

/**
 * Shares of the most frequent categories of both sides, and of all others together.
 *
 * @returns `null` where a side has no rows
 */
export function categoryPicture(
  reference: ReadonlyMap<string, number>,
  current: ReadonlyMap<string, number>,
): ColumnPicture | null {
  const [m, n] = [totalOf(reference), totalOf(current)];
  if (m === 0 || n === 0) return null;
  const share = (category: string): readonly [number, number] => [
    (reference.get(category) ?? 0) / m,
    (current.get(category) ?? 0) / n,
  ];
  const ranked = [...new Set([...reference.keys(), ...current.keys()])]
    .map((category) => ({ category, shares: share(category) }))
    .sort((a, b) => b.shares[0] + b.shares[1] - a.shares[0] - a.shares[1]);
  const shown = ranked.slice(0, SHOWN);
  const rest = ranked.slice(SHOWN);
  const sum = (side: 0 | 1) => rest.reduce((total, { shares }) => total + shares[side], 0);
  const others = rest.length === 0 ? [] : [`${rest.length} others`];
  return {
    of: 'categories',
    categories: [...shown.map(({ category }) => category), ...others],
    reference: [...shown.map(({ shares }) => shares[0]), ...others.map(() => sum(0))],
    current: [...shown.map(({ shares }) => shares[1]), ...others.map(() => sum(1))],
  };
}

function totalOf(counts: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const rows of counts.values()) total += rows;
  return total;
}
