/**
 * Exact lower tail of the Mann–Whitney statistic without ties, P(U ≤ u).
 *
 * The number of arrangements with each U are the coefficients of the Gaussian binomial
 * Π (1 − qⁿ⁺ⁱ) / (1 − qⁱ), i = 1 … m; only those up to u are made. Time m·u, memory u.
 *
 * @param u - in [0, mn]
 * @param m - rows of the one sample, ≥ 1
 * @param n - rows of the other, ≥ 1
 * @returns in (0, 1]
 * @example mannWhitneyExactTail(1, 3, 3); // 0.1
 * @see H. B. Mann, D. R. Whitney, On a Test of Whether one of Two Random Variables is
 * Stochastically Larger than the Other, 1947
 */
export function mannWhitneyExactTail(u: number, m: number, n: number): number {
  const [smaller, larger] = [Math.min(m, n), Math.max(m, n)];
  const last = Math.floor(u);
  const counts = new Float64Array(last + 1);
  counts[0] = 1;
  // Divided by C(larger + smaller, smaller) step by step, so that nothing overflows.
  for (let i = 1; i <= smaller; i += 1) {
    for (let at = last; at >= larger + i; at -= 1) {
      counts[at] = (counts[at] ?? 0) - (counts[at - larger - i] ?? 0);
    }
    for (let at = i; at <= last; at += 1) counts[at] = (counts[at] ?? 0) + (counts[at - i] ?? 0);
    const share = i / (larger + i);
    for (let at = 0; at <= last; at += 1) counts[at] = (counts[at] ?? 0) * share;
  }
  let sum = 0;
  for (const count of counts) sum += count;
  return Math.min(1, sum);
}
