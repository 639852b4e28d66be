import {
  alignCounts,
  type ColumnValues,
  countCategories,
  sortedPresent,
} from '../samples/column-values.js';
import { countBins, quantileBinEdges } from '../samples/quantile-bins.js';
import { type EffectComparison, type Measure, NO_COMPARISON } from './measure.js';

/** What a distance between counts says of itself; {@link binnedDistance} adds the rest. */
export interface BinnedDistance extends Pick<Measure, 'name' | 'range' | 'smallestEffect'> {
  readonly distance: (reference: ArrayLike<number>, current: ArrayLike<number>) => number;
}

/**
 * A measure of the distance between two shares of rows: categories over their union, numbers in
 * quantile bins of the reference. The distance is its own effect.
 */
export function binnedDistance({ distance, ...description }: BinnedDistance): Measure {
  const onCounts = (reference: ArrayLike<number>, current: ArrayLike<number>) => {
    const statistic = distance(reference, current);
    return { statistic, pValue: null, effect: statistic };
  };
  return {
    ...description,
    form: 'distance',
    kinds: ['numeric', 'categorical'],
    effectMeasure: description.name,
    compare(reference, current) {
      const counts = countBoth(reference, current);
      return counts === null ? NO_COMPARISON : onCounts(counts.reference, counts.current);
    },
    onCounts,
  };
}

interface Counts {
  readonly reference: ArrayLike<number>;
  readonly current: ArrayLike<number>;
}

function countBoth(reference: ColumnValues, current: ColumnValues): Counts | null {
  if (reference.kind === 'categorical' && current.kind === 'categorical') {
    return countCategoriesOfBoth(reference.values, current.values);
  }
  if (reference.kind === 'numeric' && current.kind === 'numeric') {
    const sorted = sortedPresent(reference.values);
    if (sorted.length === 0 || current.values.every(Number.isNaN)) return null;
    const edges = quantileBinEdges(sorted);
    return { reference: countBins(edges, sorted), current: countBins(edges, current.values) };
  }
  throw new RangeError(`a ${reference.kind} column cannot be compared with a ${current.kind} one`);
}

function countCategoriesOfBoth(
  reference: readonly (string | null)[],
  current: readonly (string | null)[],
): Counts | null {
  const [a, b] = [countCategories(reference), countCategories(current)];
  return a.size === 0 || b.size === 0 ? null : alignCounts(a, b);
}

/** What a test of categories says of itself; {@link contingencyTest} adds the rest. */
export type ContingencyTest = Pick<Measure, 'name' | 'range' | 'twoCategories'> & {
  readonly onCounts: (reference: ArrayLike<number>, current: ArrayLike<number>) => EffectComparison;
};

/**
 * A test of categorical columns on their 2 × k table. Its effect is the total variation distance,
 * which does not grow with the rows as the statistic does.
 */
export function contingencyTest(test: ContingencyTest): Measure {
  return {
    ...test,
    form: 'test',
    kinds: ['categorical'],
    effectMeasure: 'total-variation',
    smallestEffect: 0.05,
    compare(reference, current) {
      if (reference.kind !== 'categorical' || current.kind !== 'categorical') {
        throw new RangeError(`${test.name} compares categorical columns`);
      }
      const counts = countCategoriesOfBoth(reference.values, current.values);
      return counts === null ? NO_COMPARISON : test.onCounts(counts.reference, counts.current);
    },
  };
}
