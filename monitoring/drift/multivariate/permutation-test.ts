import { drawPlaces } from './seeded-draws.js';

/** Statistics this close are equal: two orders of the same sum differ by rounding alone. */
const TIE = 1e-9;

/**
 * Share of relabellings whose statistic is at least the observed one, which itself counts as one:
 * p = (1 + #{tₚ ≥ t}) / (1 + permutations). Never 0, and at most α with probability at most α when
 * the rows are exchangeable.
 *
 * @param statisticOf - takes the ascending places of the rows that are called `group`
 * @param observed - the true group
 * @param size - rows in all
 * @returns in [1 / (permutations + 1), 1]
 * @see B. Phipson, G. K. Smyth, Permutation P-values Should Never Be Zero, 2010
 */
export function permutationPValue(
  statisticOf: (group: Int32Array) => number,
  observed: Int32Array,
  size: number,
  permutations: number,
  random: () => number,
): number {
  const statistic = statisticOf(observed);
  const limit = statistic - TIE * Math.max(1e-6, Math.abs(statistic));
  let reached = 1;
  for (let i = 0; i < permutations; i += 1) {
    if (statisticOf(drawPlaces(size, observed.length, random)) >= limit) reached += 1;
  }
  return reached / (permutations + 1);
}
