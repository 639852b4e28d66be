import { durbinMatrixCdf } from './durbin-matrix.js';
import { pelzGoodCdf } from './pelz-good.js';
import { smirnovSurvival } from './smirnov-one-sided.js';

/**
 * Survival function of the one-sample two-sided Kolmogorov statistic, P(Dₙ ≥ d).
 *
 * Each region has its own method: closed forms at both ends (Ruben and Gambino), twice the
 * one-sided tail where the two sides cannot both be reached, the Durbin matrix for small n·d, the
 * Pelz–Good expansion in between.
 *
 * @param d - the statistic; ≤ 0 gives 1, ≥ 1 gives 0
 * @param n - rows, an integer ≥ 1
 * @returns in [0, 1]
 * @example kolmogorovSurvival(0.274, 10); // 0.3715203845434957
 * @see R. Simard, P. L'Ecuyer, Computing the Two-Sided Kolmogorov–Smirnov Distribution, 2011
 */
export function kolmogorovSurvival(d: number, n: number): number {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`n must be an integer ≥ 1, not ${n}`);
  if (Number.isNaN(d)) throw new RangeError('the statistic is not a number');
  if (d >= 1) return 0;
  const t = n * d;
  if (t <= 0.5) return 1;
  if (t <= 1) return 1 - smallestDeviationCdf(t, n);
  if (t >= n - 1) return 2 * (1 - d) ** n;
  if (d >= 0.5) return Math.min(1, 2 * smirnovSurvival(d, n));
  const square = t * d;
  if (n <= 140) {
    return square <= 4 ? 1 - durbinMatrixCdf(d, n) : Math.min(1, 2 * smirnovSurvival(d, n));
  }
  if (square >= 370) return 0;
  if (square >= 2.2) return Math.min(1, 2 * smirnovSurvival(d, n));
  if (n <= 100_000 && n * d ** 1.5 <= 1.4) return 1 - durbinMatrixCdf(d, n);
  return 1 - pelzGoodCdf(d, n);
}

function smallestDeviationCdf(t: number, n: number): number {
  let logProduct = 0;
  for (let i = 1; i <= n; i += 1) logProduct += Math.log((i / n) * (2 * t - 1));
  return Math.exp(logProduct);
}
