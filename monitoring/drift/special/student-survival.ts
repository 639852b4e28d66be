import { studentTwoSided } from './student-t.js';

/**
 * Upper tail of Student's t distribution, P(T > t).
 *
 * @param degreesOfFreedom - > 0, need not be whole
 * @throws RangeError where the degrees of freedom are not > 0
 * @example studentSurvival(1.8124611228107335, 10); // 0.05
 */
export function studentSurvival(t: number, degreesOfFreedom: number): number {
  const tail = studentTwoSided(t, degreesOfFreedom) / 2;
  return t >= 0 ? tail : 1 - tail;
}
