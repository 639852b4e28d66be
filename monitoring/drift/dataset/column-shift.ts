import type { ColumnShift } from '../../../contracts/index.js';
import { finitePart } from '../samples/finite-part.js';
import { commonScale, momentsOf } from '../samples/moments.js';

/**
 * Means and medians of two samples, in the column's own unit.
 *
 * @param reference - ascending, no NaN; infinite values are left out
 * @param current - the same
 * @returns `null` where a side has no finite value
 */
export function meanShift(reference: Float64Array, current: Float64Array): ColumnShift | null {
  const [a, b] = [finitePart(reference), finitePart(current)];
  if (a.length === 0 || b.length === 0) return null;
  const scale = commonScale(a, b);
  return {
    of: 'mean',
    reference: momentsOf(a, scale).mean / scale,
    current: momentsOf(b, scale).mean / scale,
    referenceMedian: medianOf(a),
    currentMedian: medianOf(b),
  };
}

function medianOf(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : (sorted[half - 1] ?? 0) / 2 + upper / 2;
}

/**
 * The category whose share of the rows moved most; of equal ones the first by name.
 *
 * @returns `null` where a side has no rows
 */
export function shareShift(
  reference: ReadonlyMap<string, number>,
  current: ReadonlyMap<string, number>,
): ColumnShift | null {
  const [m, n] = [sumOf(reference), sumOf(current)];
  if (m === 0 || n === 0) return null;
  let most: (ColumnShift & { of: 'share' }) | null = null;
  for (const category of new Set([...reference.keys(), ...current.keys()])) {
    const before = (reference.get(category) ?? 0) / m;
    const now = (current.get(category) ?? 0) / n;
    const gap = most === null ? -1 : Math.abs(most.current - most.reference);
    const further = Math.abs(now - before) - gap;
    if (further > 0 || (further === 0 && most !== null && category < most.category)) {
      most = { of: 'share', category, reference: before, current: now };
    }
  }
  return most;
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const rows of counts.values()) sum += rows;
  return sum;
}
