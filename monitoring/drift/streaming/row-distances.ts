/** Rows of equal width, one after another. */
export interface Rows {
  readonly values: Float64Array;
  readonly width: number;
}

export function squaredDistance(a: Rows, i: number, b: Rows, j: number): number {
  const { width } = a;
  let sum = 0;
  for (let k = 0; k < width; k += 1) {
    const difference = (a.values[i * width + k] ?? 0) - (b.values[j * width + k] ?? 0);
    sum += difference * difference;
  }
  return sum;
}

/** exp(−d² / 2σ²), and for σ = 0 whether the rows are the same. */
export function gaussianKernel(squared: number, bandwidth: number): number {
  if (squared === 0) return 1;
  return bandwidth === 0 ? 0 : Math.exp(-squared / (2 * bandwidth * bandwidth));
}

/**
 * Bandwidth by the median heuristic: σ² is half the median squared distance between rows; where more
 * than half of them are the same, half the mean of the squared distances that are not 0. 0 where all
 * rows are the same.
 *
 * @see A. Gretton et al., A Kernel Two-Sample Test, 2012
 */
export function medianBandwidth(rows: Rows): number {
  const count = rows.values.length / rows.width;
  const squared = new Float64Array((count * (count - 1)) / 2);
  let place = 0;
  for (let i = 1; i < count; i += 1) {
    for (let j = 0; j < i; j += 1) squared[place++] = squaredDistance(rows, i, rows, j);
  }
  squared.sort();
  const median = squared[squared.length >> 1] ?? 0;
  if (median > 0) return Math.sqrt(median / 2);
  const apart = squared.filter((distance) => distance > 0);
  if (apart.length === 0) return 0;
  return Math.sqrt(apart.reduce((sum, distance) => sum + distance, 0) / apart.length / 2);
}

export function rowsAt({ values, width }: Rows, places: Int32Array): Rows {
  const chosen = new Float64Array(places.length * width);
  for (const [i, place] of places.entries()) {
    chosen.set(values.subarray(place * width, (place + 1) * width), i * width);
  }
  return { values: chosen, width };
}
