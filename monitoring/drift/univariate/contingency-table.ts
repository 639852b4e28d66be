import { totalsOf } from '../samples/counts.js';
import { chiSquaredSurvival } from '../special/regularised-gamma.js';

/** Categories are pooled until no expected count is below this (Cochran's rule). */
export const MINIMUM_EXPECTED = 5;

interface Cell {
  /** Rows, moved towards `expected` by Yates' correction where there is one. */
  readonly observed: number;
  /** Rows that the margins let expect, > 0. */
  readonly expected: number;
}

/**
 * Cells of the 2 × k table of two samples, categories without rows left out.
 *
 * At one degree of freedom Yates' correction moves each observed count by min(½, |O − E|) towards
 * the expected one, since a continuous distribution stands in for counts.
 *
 * @param reference - rows per category, length k ≥ 1, finite, ≥ 0, sum > 0
 * @param current - rows per category in the same order
 * @throws RangeError on unequal length, an empty sample, or a count that is not finite
 */
export function contingencyCells(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): { readonly cells: readonly Cell[]; readonly degreesOfFreedom: number } {
  const totals = totalsOf(reference, current);
  const all = totals.reference + totals.current;
  const columns = Array.from(reference, (count, i) => [count, current[i] ?? 0] as const).filter(
    ([a, b]) => a + b > 0,
  );
  const degreesOfFreedom = columns.length - 1;
  const cells = columns.flatMap(([a, b]) => {
    const share = (a + b) / all;
    return [corrected(a, share * totals.reference), corrected(b, share * totals.current)];
  });
  return { cells, degreesOfFreedom };

  function corrected(observed: number, expected: number): Cell {
    if (degreesOfFreedom !== 1) return { observed, expected };
    const difference = expected - observed;
    const step = Math.min(0.5, Math.abs(difference));
    return { observed: observed + Math.sign(difference) * step, expected };
  }
}

/** 1 where there is but one category: nothing can differ. */
export function chiSquaredPValue(statistic: number, degreesOfFreedom: number): number {
  return degreesOfFreedom === 0 ? 1 : chiSquaredSurvival(statistic, degreesOfFreedom);
}

/**
 * Puts the rarest categories together until every expected count is at least `minimumExpected`.
 *
 * @returns counts of the categories that stand alone, most frequent first, and of the pool (last)
 * where there is one; a single category where the samples are too small for two
 * @example poolRareCategories([90, 8, 2], [95, 4, 1], 5);
 * // { reference: [90, 10], current: [95, 5] }
 */
export function poolRareCategories(
  reference: readonly number[],
  current: readonly number[],
  minimumExpected = MINIMUM_EXPECTED,
): { readonly reference: readonly number[]; readonly current: readonly number[] } {
  const totals = totalsOf(reference, current);
  const smaller = Math.min(totals.reference, totals.current);
  // expected = column total × row total / all ≥ minimum, asked of the smaller row.
  const needed = (minimumExpected * (totals.reference + totals.current)) / smaller;
  const columns = reference
    .map((count, i) => ({ reference: count, current: current[i] ?? 0 }))
    .filter((column) => column.reference + column.current > 0)
    .sort((a, b) => b.reference + b.current - a.reference - a.current);
  const pool = { reference: 0, current: 0 };
  for (let last = columns.at(-1); last !== undefined; last = columns.at(-1)) {
    const pooled = pool.reference + pool.current;
    const enough = pooled === 0 || pooled >= needed;
    if (enough && last.reference + last.current >= needed) break;
    columns.pop();
    pool.reference += last.reference;
    pool.current += last.current;
  }
  if (pool.reference + pool.current > 0) columns.push(pool);
  return {
    reference: columns.map((column) => column.reference),
    current: columns.map((column) => column.current),
  };
}
