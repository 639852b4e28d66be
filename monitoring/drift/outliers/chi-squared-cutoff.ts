import { chiSquaredSurvival } from '../special/regularised-gamma.js';

/**
 * The value that a chi-squared variable exceeds with this probability.
 *
 * @param probability - in (0, 1)
 * @param degreesOfFreedom - > 0
 * @example chiSquaredCutoff(0.01, 2); // 9.2103
 */
export function chiSquaredCutoff(probability: number, degreesOfFreedom: number): number {
  let [low, high] = [0, degreesOfFreedom + 10];
  while (chiSquaredSurvival(high, degreesOfFreedom) > probability) high *= 2;
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (chiSquaredSurvival(middle, degreesOfFreedom) > probability) low = middle;
    else high = middle;
  }
  return high;
}
