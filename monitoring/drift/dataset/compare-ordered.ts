import { areBinsValues, countBins, quantileBinEdges } from '../samples/quantile-bins.js';
import type { EffectComparison, Measure } from '../univariate/measure.js';
import { findMeasure } from '../univariate/registry.js';
import { chooseMeasure, MAX_DISCRETE_VALUES } from './choose-measure.js';
import { constantNote, infiniteNote, otherTestNote } from './column-notes.js';
import { type ColumnOptions, resolveColumnOptions } from './column-options.js';
import { meanShift } from './column-shift.js';
import { compareCounts } from './compare-counts.js';
import {
  type ColumnIdentity,
  type ComparedColumn,
  unmeasuredColumn,
  whyTooFewRows,
} from './compared-column.js';
import { measuredColumn } from './measured-column.js';
import { chanceOfCounts, type DrawStatistic } from './resampling/chance-of-counts.js';
import { chanceOfOrder } from './resampling/chance-of-order.js';

export type OrderedIdentity = ColumnIdentity & { readonly kind: 'numeric' | 'date' };

/**
 * Compares a column of numbers or dates by its sorted values.
 *
 * Numbers of few distinct values go to {@link compareCounts} where no measure of order was named.
 *
 * @param reference - ascending, no NaN; ±∞ as the largest finite numbers (`sortedPresent`)
 * @param current - the same
 */
export function compareOrdered(
  column: OrderedIdentity,
  reference: Float64Array,
  current: Float64Array,
  options: ColumnOptions = {},
): ComparedColumn {
  const { measure: wanted, minRows, seed } = resolveColumnOptions(options);
  const { kind, referenceRows, currentRows } = column;
  const counts = kind === 'numeric' ? countsOfFew(reference, current) : null;
  const refusal = wanted === null ? null : whyNotOrdered(wanted, reference, current);
  const shift = meanShift(reference, current);
  const takesCounts = wanted === null || (refusal !== null && wanted.onCounts !== undefined);
  if (counts !== null && takesCounts) {
    const asCounted = { ...column, kind: 'numeric' } as const;
    return compareCounts(asCounted, counts.reference, counts.current, options, shift);
  }
  const distinct = counts === null ? Number.POSITIVE_INFINITY : 0;
  const measure =
    wanted !== null && refusal === null
      ? wanted
      : findMeasure(chooseMeasure({ kind, referenceRows, currentRows, distinct }));
  const reason = whyTooFewRows(column, minRows);
  if (reason !== null) return unmeasuredColumn(column, measure.name, reason);
  const { result, chance } = apply(measure, reference, current);
  const notes = [
    wanted === null || refusal === null ? null : otherTestNote(wanted.name, refusal),
    constantNote(onlyValue(reference), onlyValue(current)),
    infiniteNote(infiniteOf(reference), infiniteOf(current)),
  ];
  return measuredColumn(column, { measure, result, shift, notes }, chance, seed);
}

function apply(
  measure: Measure,
  reference: Float64Array,
  current: Float64Array,
): { readonly result: EffectComparison; chance(random: () => number): DrawStatistic } {
  if (measure.onSorted !== undefined) {
    return {
      result: measure.onSorted(reference, current),
      chance: (random) => chanceOfOrder(measure, reference, current, random),
    };
  }
  if (measure.onCounts === undefined) {
    throw new RangeError(`${measure.name} compares neither counts nor sorted values`);
  }
  const edges = quantileBinEdges(reference);
  const [a, b] = [countBins(edges, reference), countBins(edges, current)];
  const countsOf = areBinsValues(edges, reference) ? 'categories' : 'quantile-bins';
  return {
    result: measure.onCounts(a, b),
    chance: (random) => chanceOfCounts(measure, a, b, countsOf, random),
  };
}

/** Why a measure cannot take these numbers in their order, or `null` where it can. */
function whyNotOrdered(
  measure: Measure,
  reference: Float64Array,
  current: Float64Array,
): string | null {
  if (!measure.kinds.includes('numeric')) return 'does not compare numbers';
  const isBinary = (sorted: Float64Array) => sorted.every((value) => value === 0 || value === 1);
  if (measure.twoCategories && !(isBinary(reference) && isBinary(current))) {
    return 'takes numbers of 0 and 1 alone';
  }
  return null;
}

/** Value → rows on both sides; `null` where there are more than {@link MAX_DISCRETE_VALUES} values. */
function countsOfFew(reference: Float64Array, current: Float64Array) {
  const [a, b] = [new Map<string, number>(), new Map<string, number>()];
  const distinct = new Set<string>();
  for (const [sorted, counts] of [[reference, a] as const, [current, b] as const]) {
    for (let from = 0; from < sorted.length; ) {
      const value = sorted[from];
      let to = from + 1;
      while (to < sorted.length && sorted[to] === value) to += 1;
      const name = nameOf(value ?? 0);
      counts.set(name, to - from);
      distinct.add(name);
      if (distinct.size > MAX_DISCRETE_VALUES) return null;
      from = to;
    }
  }
  return { reference: a, current: b };
}

function onlyValue(sorted: Float64Array): string | null {
  const first = sorted[0];
  return first !== undefined && first === sorted.at(-1) ? nameOf(first) : null;
}

/** The stand-ins for ±∞ get their names back. */
function nameOf(value: number): string {
  if (Math.abs(value) === Number.MAX_VALUE) return value > 0 ? 'Infinity' : '-Infinity';
  return String(value);
}

function infiniteOf(sorted: Float64Array): number {
  let count = 0;
  for (let i = 0; i < sorted.length && sorted[i] === -Number.MAX_VALUE; i += 1) count += 1;
  for (let i = sorted.length - 1; i >= 0 && sorted[i] === Number.MAX_VALUE; i -= 1) count += 1;
  return count;
}
