import type { JsonObject } from '../../../contracts/index.js';
import type { Detection, DetectionName } from './detection.js';

/** A value of a stream: a number, or for a multivariate detector a row of them. */
export type StreamValue = number | ArrayLike<number>;

/**
 * Watches a stream for a change in its distribution, one value at a time, in memory that is
 * constant or, for ADWIN, logarithmic in the values since the last change.
 *
 * @example
 * const detector = createDetector('adwin');
 * for (const error of errors) if (detector.update(error).drift) retrain();
 */
export interface Detector<X extends StreamValue = number> {
  readonly name: string;
  /** Every option, with its default where none was given. */
  readonly options: DetectorOptionValues;
  /** Values since the detector was made or reset, over all its restarts. */
  readonly seen: number;
  /** What the last update said; steady before the first. */
  readonly last: Detection;
  /**
   * How many of the last values came after the change, as the detector estimates it: what to
   * retrain on. `null` unless the last update said drift.
   */
  readonly sinceChange: number | null;
  /**
   * Takes the next value. After a drift the detector first forgets all that it had seen.
   *
   * @throws RangeError when the value is not one that this detector takes; its state is then
   * what it was
   */
  update(x: X): Detection;
  /** Forgets everything: the detector is as it was made. */
  reset(): void;
  /** The whole state as JSON; {@link restoreDetector} continues from it bit for bit. */
  snapshot(): DetectorSnapshot;
}

export type DetectorOptionValues = { readonly [name: string]: number | boolean | string | null };

/** A detector's state between two values; small enough to travel in a message. */
export interface DetectorSnapshot {
  readonly detector: string;
  /** Of the state's form, counted for each detector apart. */
  readonly version: number;
  readonly options: DetectorOptionValues;
  readonly seen: number;
  readonly last: DetectionName;
  readonly state: JsonObject;
}
