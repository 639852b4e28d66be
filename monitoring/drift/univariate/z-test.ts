import { alignCounts, type ColumnValues, countCategories } from '../samples/column-values.js';
import { normalTwoSided } from '../special/normal.js';
import { type EffectComparison, type Measure, NO_COMPARISON } from './measure.js';
import { twoByTwo } from './two-by-two.js';

const NAME = 'z-test';

/**
 * z-test of two proportions, with the pooled share in the standard error.
 *
 * z = (p₁ − p₂) / √(p(1 − p)(1/m + 1/n)) with p the share in both samples together. z² is the
 * uncorrected chi-squared statistic of the 2 × 2 table. The effect is |p₁ − p₂|.
 *
 * @param reference - rows in the two categories; the shares are those of the second (`true`, 1)
 * @param current - rows in the same order
 * @returns z (positive where the reference's share is the larger), p of both sides, the effect in
 * [0, 1]; z 0 and p 1 where both samples have one and the same category
 * @throws RangeError when more than two categories have rows, on unequal length, an empty sample, or
 * a count that is not finite
 * @example zTestOfProportions([60, 40], [45, 55]); // z −2.1240, p 0.0337, effect 0.15
 * @see R. L. Newcombe, Interval Estimation for the Difference between Independent Proportions, 1998
 */
export function zTestOfProportions(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): EffectComparison {
  const table = twoByTwo(NAME, reference, current);
  const [m, n] = [table.reference[0] + table.reference[1], table.current[0] + table.current[1]];
  const difference = table.reference[1] / m - table.current[1] / n;
  const pooled = (table.reference[1] + table.current[1]) / (m + n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / m + 1 / n));
  const statistic = error === 0 ? 0 : difference / error;
  return { statistic, pValue: normalTwoSided(statistic), effect: Math.abs(difference) };
}

/** Rows that are 0 and rows that are 1. */
function countZerosAndOnes(sorted: Float64Array): [number, number] {
  const counts: [number, number] = [0, 0];
  for (const value of sorted) {
    if (value === 0) counts[0] += 1;
    else if (value === 1) counts[1] += 1;
    else throw new RangeError(`${NAME} compares columns of 0 and 1, not of ${value}`);
  }
  return counts;
}

function countsOf(reference: ColumnValues, current: ColumnValues) {
  if (reference.kind === 'categorical' && current.kind === 'categorical') {
    return alignCounts(countCategories(reference.values), countCategories(current.values));
  }
  if (reference.kind === 'numeric' && current.kind === 'numeric') {
    const [a, b] = [reference, current].map(({ values }) =>
      countZerosAndOnes(values.filter((value) => !Number.isNaN(value))),
    );
    return { reference: a ?? [], current: b ?? [] };
  }
  throw new RangeError(`a ${reference.kind} column cannot be compared with a ${current.kind} one`);
}

export const zTestMeasure: Measure = {
  name: NAME,
  form: 'test',
  kinds: ['categorical', 'numeric'],
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  effectMeasure: 'difference-of-shares',
  smallestEffect: 0.05,
  twoCategories: true,
  compare(reference, current) {
    const counts = countsOf(reference, current);
    const isEmpty = (side: readonly number[]) => side.every((count) => count === 0);
    if (isEmpty(counts.reference) || isEmpty(counts.current)) return NO_COMPARISON;
    return zTestOfProportions(counts.reference, counts.current);
  },
  onCounts: zTestOfProportions,
  onSorted: (reference, current) =>
    zTestOfProportions(countZerosAndOnes(reference), countZerosAndOnes(current)),
};
