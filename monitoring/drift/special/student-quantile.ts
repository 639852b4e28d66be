import { betaQuantile } from './beta-quantile.js';

/**
 * Quantile of Student's t distribution, from that of the beta distribution.
 *
 * @param share - in (0, 1)
 * @param degreesOfFreedom - finite, > 0, need not be whole
 * @throws RangeError outside these ranges
 * @example studentQuantile(0.975, 10); // 2.2281
 */
export function studentQuantile(share: number, degreesOfFreedom: number): number {
  if (!(share > 0 && share < 1)) throw new RangeError(`the share must be in (0, 1), not ${share}`);
  if (share === 0.5) return 0;
  const tail = 2 * Math.min(share, 1 - share);
  // P(|T| > t) = I_x(ν/2, ½) at x = ν / (ν + t²), taken from its other end: y = 1 − x keeps its
  // digits where ν is large and x rounds to 1.
  const y = betaQuantile(1 - tail, 0.5, degreesOfFreedom / 2);
  const t = Math.sqrt((degreesOfFreedom * y) / (1 - y));
  return share > 0.5 ? t : -t;
}
