import { betaQuantile } from '../special/beta-quantile.js';
import { checkLevel, DEFAULT_LEVEL, type Interval } from './interval.js';

/**
 * Exact interval of a share by Clopper and Pearson: the shares under which so few, or so many,
 * successes would not be rare. Its coverage is never below the level.
 *
 * @param successes - whole, in [0, trials]
 * @param trials - whole, ≥ 0; with 0 everything is `null`
 * @throws RangeError when successes are not within the trials, or the level not in (0, 1)
 * @example proportionInterval(8, 10); // value 0.8, low 0.4439, high 0.9748
 * @see C. J. Clopper, E. S. Pearson, The Use of Confidence or Fiducial Limits, 1934
 */
export function proportionInterval(
  successes: number,
  trials: number,
  level = DEFAULT_LEVEL,
): Interval {
  checkLevel(level);
  if (!(Number.isInteger(successes) && Number.isInteger(trials) && 0 <= successes)) {
    throw new RangeError(`${successes} of ${trials}: successes and trials are whole and ≥ 0`);
  }
  if (successes > trials) throw new RangeError(`${successes} successes in ${trials} trials`);
  const shape = { level, method: 'clopper-pearson' } as const;
  if (trials === 0) return { value: null, low: null, high: null, ...shape };
  const tail = (1 - level) / 2;
  const failures = trials - successes;
  return {
    value: successes / trials,
    low: successes === 0 ? 0 : betaQuantile(tail, successes, failures + 1),
    high: failures === 0 ? 1 : betaQuantile(1 - tail, successes + 1, failures),
    ...shape,
  };
}
