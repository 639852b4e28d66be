import { searchSorted } from '../samples/column-values.js';
import { jensenShannonDistance } from '../univariate/jensen-shannon.js';

/**
 * Kolmogorov–Smirnov statistic of a part of a sample against the rest of it, without building the
 * rest: its distribution function is the whole's less the part's.
 *
 * @param whole - ascending; holds every value of `part`
 * @param part - ascending
 * @returns in [0, 1]; `null` where the part or the rest is empty
 */
export function kolmogorovSmirnovOfPart(whole: Float64Array, part: Float64Array): number | null {
  const [n, rest] = [part.length, whole.length - part.length];
  if (n === 0 || rest === 0) return null;
  let largest = 0;
  // Between values of the part its function is flat and the rest's only rises: look at both ends.
  for (let i = 0; i < n; ) {
    const value = part[i] ?? 0;
    const below = searchSorted(whole, value);
    largest = Math.max(largest, Math.abs(i / n - (below - i) / rest));
    while (i < n && part[i] === value) i += 1;
    const upTo = searchSorted(whole, value, true);
    largest = Math.max(largest, Math.abs(i / n - (upTo - i) / rest));
  }
  return largest;
}

/**
 * Jensen–Shannon distance of each window's counts from the counts of all other rows.
 *
 * @param total - counts of the whole reference, of which each window is a part
 * @returns one a window that has rows and leaves some
 */
export function jensenShannonOfParts(
  total: ArrayLike<number>,
  windows: readonly ArrayLike<number>[],
): number[] {
  const sum = (counts: ArrayLike<number>) => Array.from(counts).reduce((a, b) => a + b, 0);
  const all = sum(total);
  return windows.flatMap((counts) => {
    const rows = sum(counts);
    if (rows === 0 || rows === all) return [];
    const rest = Array.from(total, (count, i) => count - (counts[i] ?? 0));
    return [jensenShannonDistance(rest, counts)];
  });
}
