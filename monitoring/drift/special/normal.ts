import { upperGammaShare } from './regularised-gamma.js';

/**
 * Upper tail of the standard normal distribution, P(Z > z) = ½ Q(½, z²/2).
 *
 * @param z - any number; ±∞ give 0 and 1
 * @returns in [0, 1]; relative error below 1e-12 where it is above 1e-50, 1e-11 further out
 * @example normalSurvival(1.959963984540054); // 0.025
 */
export function normalSurvival(z: number): number {
  const tail = upperGammaShare(0.5, (z * z) / 2) / 2;
  return z >= 0 ? tail : 1 - tail;
}

/**
 * Distribution function of the standard normal distribution, P(Z ≤ z).
 *
 * @example normalCdf(0); // 0.5
 */
export function normalCdf(z: number): number {
  return normalSurvival(-z);
}

/** p-value of a standard normal statistic, both sides. */
export function normalTwoSided(z: number): number {
  return Math.min(1, upperGammaShare(0.5, (z * z) / 2));
}
