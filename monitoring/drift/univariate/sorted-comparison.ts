import { type ColumnValues, sortedPresent } from '../samples/column-values.js';
import { type EffectComparison, type Measure, NO_COMPARISON } from './measure.js';

/** What a measure on ascending samples says of itself; {@link sortedMeasure} adds the rest. */
export type SortedMeasure = Omit<Measure, 'compare' | 'kinds' | 'onCounts' | 'onSorted'> & {
  readonly onSorted: (reference: Float64Array, current: Float64Array) => EffectComparison;
};

/** A measure of numeric columns that works on their sorted values. */
export function sortedMeasure(measure: SortedMeasure): Measure {
  return {
    ...measure,
    kinds: ['numeric'],
    compare: (reference, current) => compareSorted(measure, reference, current),
  };
}

function compareSorted(
  measure: SortedMeasure,
  reference: ColumnValues,
  current: ColumnValues,
): EffectComparison {
  const [a, b] = [reference, current].map((column) => {
    if (column.kind === 'numeric') return sortedPresent(column.values);
    throw new RangeError(`${measure.name} compares numeric columns, not ${column.kind} ones`);
  });
  if (a === undefined || b === undefined || a.length === 0 || b.length === 0) return NO_COMPARISON;
  return measure.onSorted(a, b);
}
