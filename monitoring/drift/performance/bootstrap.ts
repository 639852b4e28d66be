import { interpolatedQuantile } from '../samples/interpolated-quantile.js';
import { seededRandom } from '../samples/seeded-random.js';
import { checkLevel, DEFAULT_LEVEL, type Interval } from './interval.js';

export const BOOTSTRAP_RESAMPLES = 400;

export interface BootstrapOptions {
  readonly level?: number;
  /** ≥ 50; default 400, at which an end is known to about a tenth of the interval's width. */
  readonly resamples?: number;
  readonly seed?: number;
}

/**
 * Percentile interval of any figure by drawing rows with replacement.
 *
 * @param rows - rows of the sample
 * @param figure - the figure on the rows whose indexes it is given; `null` where it is not defined
 * @returns bounds are `null` with fewer than two rows, or where the figure is not defined on more
 * than a tenth of the draws
 * @throws RangeError on a level outside (0, 1) or fewer than 50 resamples
 * @example
 * const values = [1, 2, 3, 4];
 * bootstrapInterval(4, (rows) => rows.reduce((sum, row) => sum + values[row], 0) / rows.length);
 * // value 2.5, low and high around 1.5 and 3.5
 * @see B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, 1993, §13.3
 */
export function bootstrapInterval(
  rows: number,
  figure: (rows: Int32Array) => number | null,
  options: BootstrapOptions = {},
): Interval {
  const { level = DEFAULT_LEVEL, resamples = BOOTSTRAP_RESAMPLES, seed = 42 } = options;
  checkLevel(level);
  if (!(Number.isInteger(resamples) && resamples >= 50)) {
    throw new RangeError(`${resamples} resamples: the bootstrap needs a whole number ≥ 50`);
  }
  const drawn = Int32Array.from({ length: rows }, (_, row) => row);
  const shape = { level, method: 'bootstrap' } as const;
  const value = rows === 0 ? null : figure(drawn);
  if (value === null || rows < 2) return { value, low: null, high: null, ...shape };
  const random = seededRandom(seed);
  const figures: number[] = [];
  for (let resample = 0; resample < resamples; resample += 1) {
    for (let i = 0; i < rows; i += 1) drawn[i] = Math.floor(random() * rows);
    const drawnFigure = figure(drawn);
    if (drawnFigure !== null) figures.push(drawnFigure);
  }
  if (figures.length < 0.9 * resamples) return { value, low: null, high: null, ...shape };
  const sorted = Float64Array.from(figures).sort();
  const tail = (1 - level) / 2;
  return {
    value,
    low: interpolatedQuantile(sorted, tail),
    high: interpolatedQuantile(sorted, 1 - tail),
    ...shape,
  };
}
