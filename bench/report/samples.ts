/**
 * Sample quantile, linear between the two nearest ranks.
 *
 * @param samples - at least one, in any order
 * @param share - in [0, 1]; 0.5 is the median
 * @throws RangeError without samples
 * @example quantile([4, 1, 3, 2], 0.5); // 2.5
 * @see R. Hyndman and Y. Fan, Sample Quantiles in Statistical Packages, 1996 (type 7)
 */
export function quantile(samples: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(samples).sort();
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError('there are no samples');
  return below + (above - below) * (place - Math.floor(place));
}

export function median(samples: ArrayLike<number>): number {
  return quantile(samples, 0.5);
}

/** A figure for JSON: to a thousandth, which is finer than anything here repeats. */
export function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
