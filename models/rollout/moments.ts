/** What a test needs to know of a sample. */
export interface Moments {
  readonly rows: number;
  readonly mean: number;
  /** Of the sample, ≥ 0. */
  readonly variance: number;
  /** The least and the greatest row; absent of what is no mean over rows of any value. */
  readonly ends?: readonly [least: number, greatest: number];
}

/** A metric of both arms: of rows of their own, or of the same rows (`difference`). */
export interface MetricSample {
  readonly champion: Moments;
  readonly challenger: Moments;
  /** Challenger − champion row by row, where both answered the same rows. */
  readonly difference?: Moments;
  /** What there is too little of to say anything, as a sentence's part. */
  readonly lacks?: string;
}

/**
 * Moments of a share. One success and one failure are added to the variance, never to the mean: with
 * none seen so far a rate is not known to be without spread.
 *
 * @param count - rows that count, of `rows`
 */
export function momentsOfShare(count: number, rows: number): Moments {
  const smoothed = (count + 1) / (rows + 2);
  return { rows, mean: rows === 0 ? 0 : count / rows, variance: smoothed * (1 - smoothed) };
}

/** @param values - finite */
export function momentsOf(values: readonly number[]): Moments {
  const rows = values.length;
  const mean = rows === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / rows;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const variance = rows < 2 ? 0 : squares / (rows - 1);
  return { rows, mean, variance, ...endsOf(values) };
}

/** Moments of values that were counted by weight, such as a histogram's. */
export function momentsOfCounts(
  counts: Iterable<readonly [value: number, count: number]>,
): Moments {
  let rows = 0;
  let mean = 0;
  let squares = 0;
  let ends: Pick<Moments, 'ends'> = {};
  for (const [value, count] of counts) {
    ends = endsOf([value, ...(ends.ends ?? [])]);
    rows += count;
    const step = ((value - mean) * count) / rows;
    squares += (value - mean) * (value - mean - step) * count;
    mean += step;
  }
  return { rows, mean, variance: rows < 2 ? 0 : squares / (rows - 1), ...ends };
}

function endsOf(values: readonly number[]): Pick<Moments, 'ends'> {
  if (values.length === 0) return {};
  const least = values.reduce((one, other) => Math.min(one, other));
  return { ends: [least, values.reduce((one, other) => Math.max(one, other))] };
}
