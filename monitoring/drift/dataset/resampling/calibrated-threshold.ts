import { seededRandom } from '../../samples/seeded-random.js';
import type { Measure } from '../../univariate/measure.js';
import { type CountsOf, chanceOfReferenceCounts } from './chance-of-counts.js';
import { chanceOfReferenceOrder } from './chance-of-order.js';
import { resampledThreshold, tailPower } from './chance-tail.js';

/** The reference of a column, as a measure takes it. */
export type ReferenceSample =
  | { readonly sorted: Float64Array }
  | { readonly counts: ArrayLike<number>; readonly countsOf: CountsOf };

/** Of every resampling where none was given. */
export const DEFAULT_SEED = 1;

/**
 * The threshold of a distance for windows of `rows`: what chance passes in a share `alpha` of
 * windows without drift. Both samples' noise is in it, so that it falls with the rows of either; a
 * fixed 0.1 alarms on every small window and on no large one.
 *
 * @param reference - of the column: ascending, or counts in its bins or categories
 * @param window - `rows` of a window with a value, ≥ 1; `alpha` in (0, 1), default 0.05
 * @throws RangeError when the measure cannot take the sample, or a number is out of range
 * @example
 * const counts = [100, 200, 700];
 * const reference = { counts, countsOf: 'categories' } as const;
 * calibratedThreshold(findMeasure('total-variation'), reference, { rows: 100 }); // 0.10
 */
export function calibratedThreshold(
  measure: Measure,
  reference: ReferenceSample,
  window: { readonly rows: number; readonly alpha?: number; readonly seed?: number },
): number {
  const { rows, alpha = 0.05, seed = DEFAULT_SEED } = window;
  if (!(Number.isInteger(rows) && rows >= 1)) {
    throw new RangeError(`rows of a window must be a whole number ≥ 1, not ${rows}`);
  }
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must be in (0, 1), not ${alpha}`);
  const random = seededRandom(seed);
  const draw =
    'sorted' in reference
      ? chanceOfReferenceOrder(measure, reference.sorted, rows, random)
      : chanceOfReferenceCounts(measure, reference.counts, rows, reference.countsOf, random);
  return resampledThreshold(alpha, draw, tailPower(measure));
}
