/**
 * The name that takes the fewest insertions, deletions and replacements of a letter.
 *
 * @returns `null` where none is nearer than half the letters of `wanted`
 * @example nearestName('kolmogorof', ['kolmogorov', 'wasserstein']); // 'kolmogorov'
 */
export function nearestName(wanted: string, names: readonly string[]): string | null {
  let nearest: string | null = null;
  let least = wanted.length / 2;
  for (const name of names) {
    const edits = editDistance(wanted, name);
    if (edits < least) [nearest, least] = [name, edits];
  }
  return nearest;
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
