/**
 * Exact two-sided p-value of the two-sample Kolmogorov–Smirnov statistic.
 *
 * Under the null hypothesis every interleaving of the samples, a lattice path from (0, 0) to
 * (n₁, n₂), is equally likely. q(x, y), the share of the paths to (x, y) that have already touched
 * |x/n₁ − y/n₂| ≥ D, obeys q = (x·q(x−1, y) + y·q(x, y−1)) / (x + y): only positive terms, so that
 * the smallest p-values keep their digits. Time n₁·n₂·min(1, 2D), memory n₂; samples of equal size
 * have a closed form in linear time.
 *
 * @param statistic - D in [0, 1]; taken to the nearest multiple of 1 / lcm(n₁, n₂)
 * @param n1 - rows of the one sample, ≥ 1
 * @param n2 - rows of the other, ≥ 1
 * @returns P(D' ≥ D) in [0, 1]
 * @example exactTwoSampleSurvival(1, 2, 2); // 0.3333333333333333
 * @see B. V. Gnedenko, V. S. Korolyuk, On the Maximum Discrepancy between two Empirical
 * Distribution Functions, 1951
 * @see J. L. Hodges, The Significance Probability of the Smirnov Two-Sample Test, 1958
 */
export function exactTwoSampleSurvival(statistic: number, n1: number, n2: number): number {
  const rows = Math.max(n1, n2);
  const columns = Math.min(n1, n2);
  const divisor = greatestCommonDivisor(rows, columns);
  const perRow = columns / divisor;
  const perColumn = rows / divisor;
  const limit = Math.round(statistic * perRow * rows);
  if (limit <= 0) return 1;
  if (rows === columns) return equalSizesSurvival(limit, rows);
  if (logarithmOfBound(statistic, n1, n2) < LEAST_LOGARITHM) return 0;
  return pathSurvival(limit, rows, columns, perRow, perColumn);
}

/** e⁻⁷⁴⁵ is the smallest double above 0. */
const LEAST_LOGARITHM = -750;

/**
 * Of the two-sample form of the inequality of Dvoretzky, Kiefer and Wolfowitz.
 *
 * @see F. Wei, R. M. Dudley, Two-Sample Dvoretzky–Kiefer–Wolfowitz Inequalities, 2012
 */
function logarithmOfBound(statistic: number, n1: number, n2: number): number {
  return 1 - 2 * statistic * statistic * (n1 / (n1 + n2)) * n2;
}

/** 2 Σⱼ (−1)ʲ⁺¹ C(2n, n − jk) / C(2n, n) for D = k/n, by the reflection of paths. */
function equalSizesSurvival(k: number, n: number): number {
  let [sum, ratio, sign] = [0, 1, 1];
  for (let i = 1; i <= n; i += 1) {
    ratio *= (n - i + 1) / (n + i);
    if (i % k !== 0) continue;
    sum += sign * ratio;
    sign = -sign;
    if (ratio < sum * 2 ** -56) break;
  }
  return Math.min(1, 2 * sum);
}

function pathSurvival(
  limit: number,
  rows: number,
  columns: number,
  perRow: number,
  perColumn: number,
): number {
  const inverse = Float64Array.from({ length: rows + columns + 1 }, (_, i) => 1 / i);
  const touched = new Float64Array(rows + 1).fill(1);
  let low = 0;
  for (let x = 0; x <= columns; x += 1) {
    const centre = x * perColumn;
    const nextLow = Math.max(0, Math.floor((centre - limit) / perRow) + 1);
    const high = Math.min(rows, Math.ceil((centre + limit) / perRow) - 1);
    // What fell below the band is outside it from now on.
    touched.fill(1, low, Math.min(nextLow, rows + 1));
    low = nextLow;
    let below = 1;
    for (let y = low; y <= high; y += 1) {
      const left = touched[y] ?? 1;
      below = x + y === 0 ? 0 : (x * left + y * below) * (inverse[x + y] ?? 0);
      touched[y] = below;
    }
  }
  return Math.min(1, touched[rows] ?? 1);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
