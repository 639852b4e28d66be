import { normalTwoSided } from './normal.js';
import { betaShare } from './regularised-beta.js';

/** From here on Student's distribution is the normal one to double precision. */
const NORMAL_FROM = 1e15;

/**
 * p-value of Student's t statistic, both sides: I_x(ν/2, ½) at x = ν / (ν + t²).
 *
 * @param t - any number; ±∞ give 0
 * @param degreesOfFreedom - > 0, need not be whole
 * @returns in [0, 1]
 * @throws RangeError where the degrees of freedom are not > 0
 * @example studentTwoSided(2.228138851964939, 10); // 0.05
 */
export function studentTwoSided(t: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0)) {
    throw new RangeError(`degrees of freedom must be > 0, not ${degreesOfFreedom}`);
  }
  if (degreesOfFreedom > NORMAL_FROM) return normalTwoSided(t);
  const ratio = (t / degreesOfFreedom) * t;
  if (ratio === Number.POSITIVE_INFINITY) return 0;
  return betaShare(degreesOfFreedom / 2, 0.5, 1 / (1 + ratio), ratio / (1 + ratio));
}
