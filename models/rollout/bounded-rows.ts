import type { MetricSample, Moments } from './moments.js';

/** What a row may be worth in an arm, and in the difference of the same row of both. */
interface Ends {
  readonly arm: readonly [number, number];
  readonly difference: readonly [number, number];
}

const ENDS: { readonly [metric: string]: Ends } = {
  accuracy: { arm: [0, 1], difference: [-1, 1] },
  disagreement: { arm: [0, 1], difference: [0, 1] },
};

/**
 * A sample of right and wrong rows, whose spread is not known to be 0 because all were right so far:
 * one row of each end is added to the variance, never to the mean, as `momentsOfShare` does. A metric
 * of other values is as it was.
 *
 * @example
 * const arm = { rows: 100, mean: 0, variance: 0 };
 * withSpread('accuracy', { champion: arm, challenger: arm }).champion.variance; // 0.0099…
 */
export function withSpread(metric: string, sample: MetricSample): MetricSample {
  const ends = ENDS[metric];
  if (ends === undefined) return sample;
  const { champion, challenger, difference } = sample;
  return {
    ...sample,
    champion: withBoth(champion, ends.arm),
    challenger: withBoth(challenger, ends.arm),
    ...(difference !== undefined && { difference: withBoth(difference, ends.difference) }),
  };
}

function withBoth(moments: Moments, [low, high]: readonly [number, number]): Moments {
  const { rows, mean, variance } = moments;
  const squares = variance * Math.max(0, rows - 1) + (mean - low) ** 2 + (high - mean) ** 2;
  return { ...moments, variance: squares / (rows + 1) };
}
