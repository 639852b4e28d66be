import { binomialDensity } from './saddle-point.js';

/**
 * Survival function of the one-sided one-sample statistic D⁺ₙ (Smirnov).
 *
 * S = Σⱼ x/(x + j/n) · C(n, j) (x + j/n)ʲ (1 − x − j/n)ⁿ⁻ʲ over 0 ≤ j ≤ n(1 − x): each term is a
 * binomial density, and all are positive.
 *
 * @param x - in (0, 1)
 * @param n - rows, ≥ 1
 * @returns P(D⁺ₙ ≥ x) in [0, 1]
 * @example smirnovSurvival(0.5, 1); // 0.5
 * @see Z. W. Birnbaum, F. H. Tingey, One-Sided Confidence Contours, 1951
 */
export function smirnovSurvival(x: number, n: number): number {
  let sum = 0;
  for (let j = 0; j <= n * (1 - x); j += 1) {
    const p = x + j / n;
    sum += (x / p) * binomialDensity(j, n, p, (n - j) / n - x);
  }
  return Math.min(1, sum);
}
