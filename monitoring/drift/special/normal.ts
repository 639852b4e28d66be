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

/**
 * Quantile of the standard normal distribution: the z with P(Z ≤ z) = p.
 *
 * A rough start, then Halley's method on the smaller tail, whose digits are all there.
 *
 * @param p - in (0, 1)
 * @returns error below 1e-12 of the larger of 1 and |z|
 * @throws RangeError outside this range
 * @example normalQuantile(0.975); // 1.959963984540054
 * @see M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 26.2.22 (the start), 1964
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile is asked at p in (0, 1), not ${p}`);
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  const t = Math.sqrt(-2 * Math.log(tail));
  let z = t - (2.30753 + 0.27061 * t) / (1 + 0.99229 * t + 0.04481 * t * t);
  for (let i = 0; i < 20; i += 1) {
    const ratio = (normalSurvival(z) - tail) / normalDensity(z);
    const step = ratio / (1 - (ratio * z) / 2);
    z += step;
    if (Math.abs(step) <= 1e-15 * Math.abs(z)) break;
  }
  return p < 0.5 ? -z : z;
}

function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}
