import type { WindowMeasurement } from '../../contracts/index.js';

/**
 * The numbers of business metrics and feedback by the name that `--metric` takes; empty for a window
 * without any, and for one that was measured before there were any.
 *
 * - `business.<name>`: mean per prediction that has the metric; `….sum`, `….count`
 * - `feedback.score`: mean score; `feedback.thumbs`: share of thumbs up; `feedback.count`:
 *   predictions with any feedback; `feedback.tag.<tag>`: predictions with this tag
 */
export function outcomeSeries(
  measurement: WindowMeasurement | null,
): ReadonlyMap<string, number | null> {
  const series = new Map<string, number | null>();
  for (const [name, { mean, sum, count }] of Object.entries(measurement?.business ?? {})) {
    series.set(`business.${name}`, mean);
    series.set(`business.${name}.sum`, sum);
    series.set(`business.${name}.count`, count);
  }
  const feedback = measurement?.feedback;
  if (feedback === undefined) return series;
  series.set('feedback.score', feedback.score.mean);
  series.set('feedback.thumbs', feedback.thumbs.shareUp);
  series.set('feedback.count', feedback.count);
  for (const { tag, count } of feedback.tags) series.set(`feedback.tag.${tag}`, count);
  return series;
}
