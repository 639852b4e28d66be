import { finite, searchSorted } from './column-values.js';

export const DEFAULT_BINS = 10;

/**
 * Edges of bins that each hold about the same share of a sample. A value that fills a bin is one of
 * its own, so that amounts that are mostly 0, or flags of 0 and 1, are told apart from what lies
 * beside them; there may be fewer bins than asked for.
 *
 * @param sorted - the reference, ascending, not empty, finite
 * @param bins - inner bins wanted, ≥ 1
 * @returns ascending, from the smallest value to the largest, which stands twice where it is a bin of
 * its own; one edge for a constant
 * @throws RangeError on an empty sample
 * @example quantileBinEdges(Float64Array.of(1, 2, 3, 4), 2); // [1, 3, 4]
 * @example quantileBinEdges(Float64Array.of(0, 0, 0, 1), 2); // [0, 1, 1]
 */
export function quantileBinEdges(sorted: Float64Array, bins = DEFAULT_BINS): number[] {
  if (sorted.length === 0) throw new RangeError('bins need a reference with at least one value');
  return binEdges({
    rows: sorted.length,
    bins,
    atRank: (rank) => sorted[rank] ?? 0,
    after: (value) => sorted[searchSorted(sorted, value, true)],
  });
}

/** {@link quantileBinEdges} of a sample in any form. */
export function binEdges({
  rows,
  bins,
  atRank,
  after,
}: {
  readonly rows: number;
  readonly bins: number;
  readonly atRank: (rank: number) => number;
  /** The next larger value of the sample. */
  readonly after: (value: number) => number | undefined;
}): number[] {
  const edges: number[] = [];
  for (let i = 0; i < bins; i += 1) {
    const edge = atRank(Math.floor((i * rows) / bins));
    const before = edges.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (edge > before) edges.push(edge);
    if (edge !== before) continue;
    // It reaches from one quantile to the next: the value after it starts the next bin.
    const next = after(edge);
    if (next !== undefined) edges.push(next);
  }
  const largest = atRank(rows - 1);
  if (edges.length > 1 || edges[0] !== largest) edges.push(largest);
  return edges;
}

/**
 * Whether every bin holds one value of the sample: the bins are then categories.
 *
 * @param edges - from {@link quantileBinEdges} of `sorted`
 * @example areBinsValues([0, 1, 1], Float64Array.of(0, 0, 1)); // true
 */
export function areBinsValues(edges: readonly number[], sorted: Float64Array): boolean {
  if (edges.length < 2) return true;
  return (
    edges.at(-1) === edges.at(-2) &&
    edges.slice(0, -2).every((edge, i) => sorted[searchSorted(sorted, edge, true)] === edges[i + 1])
  );
}

/**
 * Rows per bin. Bin 0 is below the first edge and the last bin above the last one, so that mass
 * outside the reference's range is counted apart; bins in between hold [edge, next edge), the last
 * of them its upper edge too. A single edge has one bin in between: that value.
 *
 * @param edges - from {@link quantileBinEdges}
 * @param values - any order; NaN is passed over
 * @returns `max(1, edges − 1) + 2` counts
 * @example countBins([1, 3, 4], Float64Array.of(0, 1, 3, 4, 9)); // [1, 1, 2, 1]
 */
export function countBins(edges: readonly number[], values: Float64Array): Float64Array {
  const counts = new Float64Array(Math.max(1, edges.length - 1) + 2);
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const bin = binOf(edges, finite(value), counts.length);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

/** Bin of one finite value, as {@link countBins} counts it. */
export function binOf(edges: readonly number[], value: number, bins: number): number {
  const last = edges.at(-1) ?? 0;
  if (value > last) return bins - 1;
  return value === last ? bins - 2 : searchSorted(edges, value, true);
}
