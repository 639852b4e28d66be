import { EXACT_VALUES, type WeightedSample } from './data-profile.js';
import { EMPTY_SAMPLE, mergeSamples, sampleOfSorted } from './weighted-sample.js';

/** Every value of a stream with its rows, as long as there are at most {@link EXACT_VALUES} different ones. */
export class ExactValues {
  /** `null` from when there were more. */
  sample: WeightedSample | null = EMPTY_SAMPLE;

  /**
   * @param sorted - ascending, finite
   * @returns what was known before, where these values were too many; else `null`
   */
  add(sorted: Float64Array): WeightedSample | null {
    if (this.sample === null) return null;
    const merged = mergeSamples(this.sample, sampleOfSorted(sorted, 1, 0));
    const overflown = merged.values.length > EXACT_VALUES;
    this.sample = overflown ? null : merged;
    return overflown ? merged : null;
  }
}
