import { searchSorted } from '../samples/column-values.js';
import type { NumericColumnProfile } from './data-profile.js';
import { profileQuantile } from './profile-queries.js';

export const HISTOGRAM_BINS = 20;
/** Tails that are longer than so many times the middle 98 % would leave one bar for all of it. */
const LONG_TAILS = 4;

/** Rows of the finite values between edges; exact where the column's sample is. */
export interface Histogram {
  /** k + 1 ascending edges; bins are [edge, next edge), the last one holds its upper edge too. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/**
 * Histogram of a column for reading: bins of one width from the least to the largest value, whole
 * steps for whole numbers. Where a few values lie far out, the inner bins divide the middle 98 % and
 * the two outer ones reach to the extremes.
 *
 * @returns `null` where there is no finite value; one bin for a constant
 */
export function profileHistogram(column: NumericColumnProfile): Histogram | null {
  const edges = histogramEdges(column);
  if (edges === null) return null;
  const counts = new Array<number>(edges.length - 1).fill(0);
  column.sample.values.forEach((value, i) => {
    const bin = Math.min(counts.length - 1, searchSorted(edges, value, true) - 1);
    counts[bin] = (counts[bin] ?? 0) + (column.sample.counts[i] ?? 0);
  });
  return { edges, counts };
}

function histogramEdges(column: NumericColumnProfile): number[] | null {
  const { min, max } = column.moments;
  if (min === null || max === null) return null;
  if (min === max) return [min, max];
  const low = profileQuantile(column, 0.01) ?? min;
  const high = profileQuantile(column, 0.99) ?? max;
  const hasLongTails = low < high && max / 2 - min / 2 > (LONG_TAILS * (high - low)) / 2;
  const [from, to] = hasLongTails ? [low, high] : [min, max];
  const inner = evenEdges(from, to, column.kind === 'integer');
  return hasLongTails ? [min, ...inner.slice(1, -1), max] : inner;
}

/** Ascending edges from `from` to `to`, the last one past it where steps are whole. */
function evenEdges(from: number, to: number, wholeSteps: boolean): number[] {
  if (wholeSteps && to - from < Number.MAX_SAFE_INTEGER) {
    const first = Math.floor(from);
    const step = Math.max(1, Math.ceil((to - first + 1) / HISTOGRAM_BINS));
    const bins = Math.ceil((to - first + 1) / step);
    return Array.from({ length: bins + 1 }, (_, i) => first + i * step);
  }
  const edges: number[] = [];
  for (let i = 0; i <= HISTOGRAM_BINS; i += 1) {
    // Weighted ends, not `from + i · width`: the width may be too large for a number.
    const share = i / HISTOGRAM_BINS;
    const edge = i === HISTOGRAM_BINS ? to : from * (1 - share) + to * share;
    if (edge > (edges.at(-1) ?? Number.NEGATIVE_INFINITY)) edges.push(edge);
  }
  return edges;
}
