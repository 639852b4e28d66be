/**
 * Exact upper tail of the two-sample Cramér–von Mises rank sum U without ties.
 *
 * Under the null hypothesis every lattice path from (0, 0) to (m, n) is equally likely, and U grows
 * with Σ (x·n − y·m)² along it. The sums of all paths to a point are counted together, and paths
 * that have already reached the observed sum are counted no further. For samples of up to 20 rows.
 *
 * @param rankSum - U = m Σ(rᵢ − i)² + n Σ(sⱼ − j)²
 * @param m - rows of the one sample, ≥ 1
 * @param n - rows of the other, ≥ 1
 * @returns P(U' ≥ U) in [0, 1]
 * @example cramerVonMisesExactTail(189, 3, 3); // 0.1
 * @see Y. Xiao, A. Gordon, A. Yakovlev, A C++ Program for the Cramér–von Mises Two-Sample Test, 2007
 */
export function cramerVonMisesExactTail(rankSum: number, m: number, n: number): number {
  const pairs = m * n;
  const divisor = greatestCommonDivisor(m, n);
  const [stepX, stepY] = [n / divisor, m / divisor];
  // U − mn(4mn − 1)/6 = Σ (x·n − y·m)² / (m + n) · …, brought to whole numbers of (x·stepX − y·stepY)².
  const least = pairs / divisor;
  const target = Math.floor(
    (least * least * (m + n) * (6 * rankSum - pairs * (4 * pairs - 1))) / (6 * pairs * pairs) +
      1e-9,
  );
  // For each y: sum so far → share of the paths to (x, y) that have it, and have not reached target.
  let column: Map<number, number>[] = [];
  for (let x = 0; x <= m; x += 1) {
    const next: Map<number, number>[] = [];
    for (let y = 0; y <= n; y += 1) {
      const here = new Map<number, number>();
      const cost = (x * stepX - y * stepY) ** 2;
      if (x + y === 0) here.set(0, 1);
      else {
        spread(here, column[y], x / (x + y), cost, target);
        spread(here, next[y - 1], y / (x + y), cost, target);
      }
      next.push(here);
    }
    column = next;
  }
  let below = 0;
  for (const share of column[n]?.values() ?? []) below += share;
  return Math.min(1, Math.max(0, 1 - below));
}

function spread(
  into: Map<number, number>,
  from: ReadonlyMap<number, number> | undefined,
  share: number,
  cost: number,
  target: number,
): void {
  for (const [sum, paths] of from ?? []) {
    const next = sum + cost;
    if (next < target) into.set(next, (into.get(next) ?? 0) + paths * share);
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
