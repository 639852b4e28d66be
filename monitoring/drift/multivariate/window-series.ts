import type { Matrix } from './matrix.js';

/**
 * A time series as one row per window, which is what the multivariate methods compare. Windows that
 * share values are no independent rows: keep the stride at the length where a p-value shall hold.
 *
 * @param values - in time order; of several series at once, the values of one time side by side
 * @param length - times a window, ≥ 1
 * @param stride - times from one window's start to the next, ≥ 1; default `length`
 * @param series - how many there are, ≥ 1; default 1
 * @returns `length · series` columns; what is left at the end and fills no window is not in it
 * @throws RangeError on a length, stride or number of series that is not whole and ≥ 1, or values
 * that do not divide into the series
 * @example windowSeries(Float64Array.of(1, 2, 3, 4, 5), 2, 1).rows; // 4
 */
export function windowSeries(
  values: Float64Array | Float32Array,
  length: number,
  stride = length,
  series = 1,
): Matrix {
  for (const [name, value] of Object.entries({ length, stride, series })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`${name} is a whole number from 1, not ${value}`);
    }
  }
  const times = values.length / series;
  if (!Number.isInteger(times)) {
    throw new RangeError(`${values.length} values do not divide into ${series} series`);
  }
  const rows = times < length ? 0 : Math.floor((times - length) / stride) + 1;
  const columns = length * series;
  const windows = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i += 1) {
    const start = i * stride * series;
    windows.set(values.subarray(start, start + columns), i * columns);
  }
  return { rows, columns, values: windows };
}
