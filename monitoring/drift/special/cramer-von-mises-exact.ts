/** A statistic that is a whole number but for rounding is that number. */
const ROUNDING = 1e-6;

/**
 * Exact upper tail of the two-sample Cramér–von Mises criterion T without ties.
 *
 * Under the null hypothesis every lattice path from (0, 0) to (m, n) is equally likely, and
 * T·(m + n)²/mn is the sum of (x/m − y/n)² along it: in units of 1/lcm(m, n), whole numbers. The sums
 * of all paths to a point are counted together; a path that has reached the observed sum is counted
 * no further. For samples of up to some twenty rows.
 *
 * @param statistic - T, ≥ 0
 * @param m - rows of the one sample, ≥ 1
 * @param n - rows of the other, ≥ 1
 * @returns P(T' ≥ T) in [0, 1]
 * @example cramerVonMisesExactTail(0.5277777777777778, 3, 3); // 0.1
 * @see Y. Xiao, A. Gordon, A. Yakovlev, A C++ Program for the Cramér–von Mises Two-Sample Test, 2007
 */
export function cramerVonMisesExactTail(statistic: number, m: number, n: number): number {
  const divisor = greatestCommonDivisor(m, n);
  const [stepX, stepY] = [n / divisor, m / divisor];
  const target = Math.floor((statistic * (stepX * (m + n)) ** 2 * m) / n + ROUNDING);
  let column: PathSums[] = [];
  for (let x = 0; x <= m; x += 1) {
    const next: PathSums[] = [];
    for (let y = 0; y <= n; y += 1) {
      const cost = (x * stepX - y * stepY) ** 2;
      const here =
        x + y === 0
          ? START
          : join(column[y] ?? NONE, next[y - 1] ?? NONE, x / (x + y), cost, target);
      next.push(here);
    }
    column = next;
  }
  return target <= 0 ? 1 : Math.min(1, column[n]?.reached ?? 1);
}

/** The paths to a point. */
interface PathSums {
  /** Share of them that have reached the observed sum: only ever added to, so that it keeps its digits. */
  readonly reached: number;
  /** Sums of the others, ascending. */
  readonly sums: Float64Array;
  /** Share of all the paths that have each. */
  readonly shares: Float64Array;
}

const NONE: PathSums = { reached: 0, sums: new Float64Array(0), shares: new Float64Array(0) };
const START: PathSums = { reached: 0, sums: Float64Array.of(0), shares: Float64Array.of(1) };

/** Merges the paths that come from the left, `weight` of them, with those from below. */
function join(
  left: PathSums,
  below: PathSums,
  weight: number,
  cost: number,
  target: number,
): PathSums {
  const sums = new Float64Array(left.sums.length + below.sums.length);
  const shares = new Float64Array(sums.length);
  let [i, j, length] = [0, 0, 0];
  while (i < left.sums.length || j < below.sums.length) {
    const sum = Math.min(
      left.sums[i] ?? Number.POSITIVE_INFINITY,
      below.sums[j] ?? Number.POSITIVE_INFINITY,
    );
    if (sum + cost >= target) break;
    let share = 0;
    if (left.sums[i] === sum) share += weight * (left.shares[i++] ?? 0);
    if (below.sums[j] === sum) share += (1 - weight) * (below.shares[j++] ?? 0);
    sums[length] = sum + cost;
    shares[length] = share;
    length += 1;
  }
  let reached = weight * left.reached + (1 - weight) * below.reached;
  for (; i < left.shares.length; i += 1) reached += weight * (left.shares[i] ?? 0);
  for (; j < below.shares.length; j += 1) reached += (1 - weight) * (below.shares[j] ?? 0);
  return { reached, sums: sums.slice(0, length), shares: shares.slice(0, length) };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
