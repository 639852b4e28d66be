import { finite, searchSorted } from '../samples/column-values.js';
import type { WeightedSample } from './data-profile.js';
import { sampleRows } from './weighted-sample.js';

const KEY_BITS = 16;

/**
 * Counts current values between the values of a stored sample, chunk by chunk: all that
 * Kolmogorov–Smirnov's D against the sample needs, without sorting or keeping them.
 *
 * With m sample values there are 2m + 1 slots: slot 2i + 1 holds the values equal to sample value i,
 * slot 2i those between the one before and it. A table over the first 16 bits of a number (sign,
 * exponent and the first bits of the fraction, in the order of the numbers) leaves a short search.
 */
export class SlotCounter {
  /** 2m + 1 counts. */
  readonly slots: Float64Array;
  missing = 0;
  /** By key: first sample value whose key is not smaller. */
  readonly #start = new Uint32Array(2 ** KEY_BITS + 1);
  readonly #number = new Float64Array(1);
  readonly #words = new Uint32Array(this.#number.buffer);

  /** @param sample - from `orderedSample` */
  constructor(readonly sample: WeightedSample) {
    this.slots = new Float64Array(2 * sample.values.length + 1);
    const keys = Uint32Array.from(sample.values, (value) => this.#key(value));
    for (let key = 0, at = 0; key < this.#start.length; key += 1) {
      while (at < keys.length && (keys[at] ?? 0) < key) at += 1;
      this.#start[key] = at;
    }
  }

  /** @param values - one a row; NaN is missing, ±∞ stand at the largest finite numbers */
  add(values: Float64Array): void {
    const known = this.sample.values;
    for (let i = 0; i < values.length; i += 1) {
      const value = finite(values[i] ?? Number.NaN);
      if (Number.isNaN(value)) {
        this.missing += 1;
        continue;
      }
      const key = this.#key(value);
      let low = this.#start[key] ?? 0;
      let high = this.#start[key + 1] ?? 0;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((known[middle] ?? 0) < value) low = middle + 1;
        else high = middle;
      }
      const slot = known[low] === value ? 2 * low + 1 : 2 * low;
      this.slots[slot] = (this.slots[slot] ?? 0) + 1;
    }
  }

  /** Values that were counted. */
  get rows(): number {
    return this.slots.reduce((sum, count) => sum + count, 0);
  }

  /** First bits of a number, made to ascend with it. */
  #key(value: number): number {
    this.#number[0] = value + 0;
    const high = this.#words[1] ?? 0;
    return (high >>> 31 === 1 ? ~high : high | 0x80000000) >>> (32 - KEY_BITS);
  }
}

/**
 * Kolmogorov–Smirnov's D between a stored sample and what a {@link SlotCounter} counted.
 *
 * Between two values of the sample its distribution function does not move, so the largest
 * difference is at their edges: for an exact sample this is the D of all raw values, with no error;
 * for a sketch it is off by at most `error`.
 *
 * @returns `null` where either side has no value; `error` is a share, as D is
 * @example
 * const counter = new SlotCounter(orderedSample(column)); // of 1, 2, 3, 4
 * counter.add(Float64Array.of(3, 4, 5, 6));
 * kolmogorovSmirnovOfSlots(counter); // { statistic: 0.5, error: 0 }
 */
export function kolmogorovSmirnovOfSlots(
  counter: SlotCounter,
): { readonly statistic: number; readonly error: number } | null {
  const { sample, slots } = counter;
  const reference = sampleRows(sample);
  const current = counter.rows;
  if (reference === 0 || current === 0) return null;
  let [statistic, below, counted] = [0, 0, 0];
  for (let i = 0; i < sample.values.length; i += 1) {
    counted += slots[2 * i] ?? 0;
    statistic = Math.max(statistic, Math.abs(below / reference - counted / current));
    below += sample.counts[i] ?? 0;
    counted += slots[2 * i + 1] ?? 0;
    statistic = Math.max(statistic, Math.abs(below / reference - counted / current));
  }
  return { statistic, error: Math.min(1, sample.rankError / reference) };
}

/**
 * Rows per bin of what a {@link SlotCounter} counted, laid out as `countBins` does.
 *
 * @param edges - from `profileBins` of the same column: each is a value of its sample
 */
export function countSlotBins(counter: SlotCounter, edges: readonly number[]): Float64Array {
  const inner = Math.max(1, edges.length - 1);
  const counts = new Float64Array(inner + 2);
  const at = edges.map((edge) => searchSorted(counter.sample.values, edge));
  const last = 2 * (at.at(-1) ?? 0) + 1;
  let bin = 0;
  counter.slots.forEach((count, slot) => {
    while (bin < inner && slot >= 2 * (at[bin] ?? Number.POSITIVE_INFINITY) + 1) bin += 1;
    const place = slot > last ? inner + 1 : bin;
    counts[place] = (counts[place] ?? 0) + count;
  });
  return counts;
}
