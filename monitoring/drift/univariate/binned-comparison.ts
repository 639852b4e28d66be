import {
  alignCounts,
  type ColumnValues,
  countCategories,
  sortedPresent,
} from '../samples/column-values.js';
import { countBins, quantileBinEdges } from '../samples/quantile-bins.js';
import { type EffectComparison, NO_COMPARISON } from './measure.js';

/**
 * Applies a distance on counts to two raw columns: categories over their union, numbers in quantile
 * bins of the reference.
 */
export function compareCounts(
  reference: ColumnValues,
  current: ColumnValues,
  distance: (reference: ArrayLike<number>, current: ArrayLike<number>) => number,
): EffectComparison {
  const counts = countBoth(reference, current);
  if (counts === null) return NO_COMPARISON;
  const statistic = distance(counts.reference, counts.current);
  return { statistic, pValue: null, effect: statistic };
}

function countBoth(
  reference: ColumnValues,
  current: ColumnValues,
): { readonly reference: ArrayLike<number>; readonly current: ArrayLike<number> } | null {
  if (reference.kind === 'categorical' && current.kind === 'categorical') {
    const [a, b] = [countCategories(reference.values), countCategories(current.values)];
    return a.size === 0 || b.size === 0 ? null : alignCounts(a, b);
  }
  if (reference.kind === 'numeric' && current.kind === 'numeric') {
    const sorted = sortedPresent(reference.values);
    if (sorted.length === 0 || current.values.every(Number.isNaN)) return null;
    const edges = quantileBinEdges(sorted);
    return { reference: countBins(edges, sorted), current: countBins(edges, current.values) };
  }
  throw new RangeError(`a ${reference.kind} column cannot be compared with a ${current.kind} one`);
}
