import type { TieGroups } from '../samples/tie-groups.js';

/** Sums that differ by less, relatively, are equal but for rounding. */
const SAME_SUM = 1e-12;

/**
 * In how many ways m + n rows can be dealt to two samples.
 *
 * @returns C(m + n, m), or `null` where that is more than `limit`
 * @example arrangementsUpTo(100, 4, 4); // 70
 */
export function arrangementsUpTo(limit: number, m: number, n: number): number | null {
  let ways = 1;
  for (let i = 1; i <= Math.min(m, n); i += 1) {
    ways = (ways * (Math.max(m, n) + i)) / i;
    if (ways > limit) return null;
  }
  return Math.round(ways);
}

/**
 * What one group of equal rows adds to a statistic.
 *
 * @param before - rows of the reference in earlier groups
 * @param among - rows of both samples in earlier groups
 * @param ties - rows of both in this group
 * @param taken - rows of the reference in this group
 */
export type GroupTerm = (before: number, among: number, ties: number, taken: number) => number;

/**
 * Exact permutation p-value of a sum over groups of ties: the share of all ways to deal the rows to
 * the two samples in which it is at least `observed`.
 *
 * @param groups - of the samples as they are
 * @param m - rows of the reference
 * @returns in (0, 1]
 */
export function shareOfArrangements(
  groups: TieGroups,
  m: number,
  observed: number,
  term: GroupTerm,
): number {
  const upTo = Array.from(
    { length: groups.length },
    (_, g) => (groups.referenceUpTo[g] ?? 0) + (groups.currentUpTo[g] ?? 0),
  );
  const rows = upTo.at(-1) ?? 0;
  const least = observed * (1 - SAME_SUM);
  return Math.min(1, deal(0, 0, 0, 1));

  /** Deals group `g` and those after it; `share` of all arrangements are dealt alike until here. */
  function deal(g: number, before: number, sum: number, share: number): number {
    const end = upTo[g];
    if (end === undefined) return sum >= least ? share : 0;
    const among = upTo[g - 1] ?? 0;
    const ties = end - among;
    let total = 0;
    // Hypergeometric: of the rows that are left, `wanted` go to the reference.
    const [left, wanted] = [rows - among, m - before];
    const most = Math.min(ties, wanted);
    for (let taken = Math.max(0, wanted - (left - ties)); taken <= most; taken += 1) {
      const chance = drawn(taken, ties, left, wanted);
      total += deal(g + 1, before + taken, sum + term(before, among, ties, taken), share * chance);
    }
    return total;
  }
}

/** Chance that `taken` of `ties` rows are among the `wanted` drawn from `left`. */
function drawn(taken: number, ties: number, left: number, wanted: number): number {
  let chance = 1;
  for (let i = 0; i < taken; i += 1) chance *= ((ties - i) / (i + 1)) * ((wanted - i) / (left - i));
  for (let i = 0; i < ties - taken; i += 1) chance *= (left - wanted - i) / (left - taken - i);
  return chance;
}
