/** A figure with the interval that its rows allow. Never NaN: what is not defined is `null`. */
export interface Interval {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Share of such intervals that hold the true value, in (0, 1). */
  readonly level: number;
  readonly method: 'clopper-pearson' | 'bootstrap' | 'student-t';
}

export const DEFAULT_LEVEL = 0.95;

/** @throws RangeError unless 0 < level < 1 */
export function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`a level of ${level}: it lies between 0 and 1, as in 0.95`);
  }
}
