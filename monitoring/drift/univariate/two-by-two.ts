import { totalsOf } from '../samples/counts.js';

/** Rows of two samples in two categories. */
export interface TwoByTwo {
  readonly reference: readonly [number, number];
  readonly current: readonly [number, number];
}

/**
 * The two categories that have rows, in the order given.
 *
 * @param measure - named in the error
 * @param reference - rows per category, finite, ≥ 0, sum > 0
 * @param current - rows per category in the same order
 * @returns a second category of 0 rows where there is but one
 * @throws RangeError when more than two categories have rows, or on bad counts
 */
export function twoByTwo(
  measure: string,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): TwoByTwo {
  totalsOf(reference, current);
  const used: number[] = [];
  for (let i = 0; i < reference.length; i += 1) {
    if ((reference[i] ?? 0) + (current[i] ?? 0) > 0) used.push(i);
  }
  if (used.length > 2) {
    throw new RangeError(
      `${measure} compares columns of two categories, not of ${used.length}; chi-squared takes any number`,
    );
  }
  // A category without rows keeps its place, so that the second one stays the second.
  const [first = 0, second = 1] = reference.length <= 2 ? [0, 1] : padded(used);
  const pair = (side: ArrayLike<number>) => [side[first] ?? 0, side[second] ?? 0] as const;
  return { reference: pair(reference), current: pair(current) };
}

function padded(used: readonly number[]): readonly number[] {
  const [only = 0, other] = used;
  if (other !== undefined) return used;
  return only === 0 ? [0, 1] : [only - 1, only];
}
