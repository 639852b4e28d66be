/**
 * Quantile of an ascending sample, linear between order statistics (type 7 of Hyndman and Fan, the
 * default of numpy).
 *
 * @param sorted - ascending, not empty, finite
 * @param share - in [0, 1]
 * @example interpolatedQuantile(Float64Array.of(1, 2, 3, 4), 0.25); // 1.75
 * @see R. J. Hyndman, Y. Fan, Sample Quantiles in Statistical Packages, 1996
 */
export function interpolatedQuantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (above - below) * (place - Math.floor(place));
}
