import type { MetricSample, Moments } from './moments.js';

type Interval = readonly [low: number, high: number];

/** What a row may be worth in an arm, and in the difference of the same row of both. */
interface Ends {
  readonly arm: Interval;
  readonly difference: Interval;
}

/** Metrics whose rows have ends by what they are. */
const ENDS: { readonly [metric: string]: Ends } = {
  accuracy: { arm: [0, 1], difference: [-1, 1] },
  disagreement: { arm: [0, 1], difference: [0, 1] },
};

/**
 * A sample whose spread is not taken for nothing because all rows were alike so far: one row at each
 * end of what a row may be worth is added to the variance, never to the mean. The ends are those of the
 * metric, else the least and the greatest row of either arm, with 0 between them; a pair of the same row
 * may be as far apart as the two ends. So the interval of n rows is never narrower than a multiple of
 * (high − low) / n, which is the second term of an empirical Bernstein bound: a difference as large as
 * rows are known to be, in so few rows that none was seen yet, stays within it.
 *
 * A spread that was seen is at most doubled by it in its arm, and within many rows hardly changed.
 *
 * @param sample - without `ends` it is as it was: a rate or a statistic sees to its own spread
 * @see A. Maurer and M. Pontil, Empirical Bernstein Bounds and Sample Variance Penalization, COLT 2009
 * @see I. Waudby-Smith and A. Ramdas, Estimating means of bounded random variables by betting, Journal
 * of the Royal Statistical Society B 86(1), 2024: the variance begins with the most that a row may have
 * @example
 * const arm = { rows: 100, mean: 0, variance: 0 };
 * withSpread('accuracy', { champion: arm, challenger: arm }).champion.variance; // 0.0099…
 */
export function withSpread(metric: string, sample: MetricSample): MetricSample {
  const ends = ENDS[metric] ?? seenEnds(metric, sample);
  if (ends === null) return sample;
  const { champion, challenger, difference } = sample;
  return {
    ...sample,
    champion: withBoth(champion, ends.arm),
    challenger: withBoth(challenger, ends.arm),
    ...(difference !== undefined && { difference: withBoth(difference, ends.difference) }),
  };
}

/** `null` where nothing is known of single rows. */
function seenEnds(metric: string, { champion, challenger }: MetricSample): Ends | null {
  if (champion.ends === undefined || challenger.ends === undefined) return null;
  const both = [...champion.ends, ...challenger.ends];
  const [low, high] = widened(metric, [Math.min(...both), Math.max(...both)]);
  return { arm: [low, high], difference: [low - high, high - low] };
}

function widened(metric: string, [low, high]: Interval): Interval {
  // Of a logarithm 0 is a value as any other: a row may well be e times as slow.
  if (metric === 'latencyMs') return [low, Math.max(high, low + 1)];
  // Where every row is 0 nothing shows their size: as of a share, and of what is counted.
  return low === 0 && high === 0 ? [0, 1] : [Math.min(low, 0), Math.max(high, 0)];
}

function withBoth({ rows, mean, variance }: Moments, [low, high]: Interval): Moments {
  const squares = variance * Math.max(0, rows - 1) + (mean - low) ** 2 + (high - mean) ** 2;
  return { rows, mean, variance: squares / (rows + 1) };
}
