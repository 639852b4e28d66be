import { SKETCH_VALUES, type WeightedSample } from './data-profile.js';

export const EMPTY_SAMPLE: WeightedSample = {
  values: new Float64Array(0),
  counts: new Float64Array(0),
  rankError: 0,
};

/** Rows that a sample stands for. */
export function sampleRows(sample: WeightedSample): number {
  let rows = 0;
  for (const count of sample.counts) rows += count;
  return rows;
}

/**
 * Rows up to and with each value of a sample.
 *
 * @example cumulativeRows(Float64Array.of(2, 1)); // Float64Array [2, 3]
 */
export function cumulativeRows(counts: Float64Array): Float64Array {
  const rows = new Float64Array(counts.length);
  let sum = 0;
  for (let i = 0; i < counts.length; i += 1) {
    sum += counts[i] ?? 0;
    rows[i] = sum;
  }
  return rows;
}

/**
 * A sample from ascending values, each of them standing for `weight` rows.
 *
 * @param rankError - of the values, in rows
 * @example sampleOfSorted(Float64Array.of(1, 1, 4), 1, 0); // values [1, 4], counts [2, 1]
 */
export function sampleOfSorted(
  sorted: Float64Array,
  weight: number,
  rankError: number,
): WeightedSample {
  const values = new Float64Array(sorted.length);
  const counts = new Float64Array(sorted.length);
  let size = 0;
  for (let i = 0; i < sorted.length; i += 1) {
    const value = sorted[i] ?? 0;
    if (size === 0 || values[size - 1] !== value) values[size++] = value;
    counts[size - 1] = (counts[size - 1] ?? 0) + weight;
  }
  return { values: values.slice(0, size), counts: counts.slice(0, size), rankError };
}

/**
 * Two samples as one, value by value: nothing is lost, and the rank errors add up.
 *
 * @example mergeSamples(sampleOfSorted(Float64Array.of(1, 2), 1, 0), sampleOfSorted(Float64Array.of(2), 1, 0));
 * // values [1, 2], counts [1, 2], rankError 0
 */
export function mergeSamples(a: WeightedSample, b: WeightedSample): WeightedSample {
  const most = a.values.length + b.values.length;
  const values = new Float64Array(most);
  const counts = new Float64Array(most);
  let [i, j, size] = [0, 0, 0];
  while (i < a.values.length || j < b.values.length) {
    const left = a.values[i] ?? Number.POSITIVE_INFINITY;
    const right = b.values[j] ?? Number.POSITIVE_INFINITY;
    let rows = 0;
    if (left <= right) rows += a.counts[i++] ?? 0;
    if (right <= left) rows += b.counts[j++] ?? 0;
    values[size] = Math.min(left, right);
    counts[size++] = rows;
  }
  return {
    values: values.slice(0, size),
    counts: counts.slice(0, size),
    rankError: a.rankError + b.rankError,
  };
}

/**
 * At most `size` values at even steps through the ranks, each standing for one step. With n rows a
 * rank moves by at most n / (2 · size) + 1, which is added to the error.
 *
 * @returns the sample itself where it is small enough
 */
export function thinSample(sample: WeightedSample, size = SKETCH_VALUES): WeightedSample {
  if (sample.values.length <= size) return sample;
  const rows = sampleRows(sample);
  const picked = new Float64Array(size);
  const counts = new Float64Array(size);
  let at = 0;
  let upTo = sample.counts[0] ?? 0;
  let kept = 0;
  for (let step = 0; step < size; step += 1) {
    // The value in the middle of the step stands for all of it.
    const rank = ((step + 0.5) * rows) / size;
    while (upTo <= rank) upTo += sample.counts[++at] ?? Number.POSITIVE_INFINITY;
    const value = sample.values[at] ?? 0;
    const share = Math.floor(((step + 1) * rows) / size) - Math.floor((step * rows) / size);
    if (kept === 0 || picked[kept - 1] !== value) picked[kept++] = value;
    counts[kept - 1] = (counts[kept - 1] ?? 0) + share;
  }
  return {
    values: picked.slice(0, kept),
    counts: counts.slice(0, kept),
    rankError: sample.rankError + Math.ceil(rows / (2 * size)) + 1,
  };
}
