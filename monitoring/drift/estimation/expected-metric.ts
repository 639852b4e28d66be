/** One event a row: whether it is positive is not known, how probable that is, is. */
export interface ExpectedSample {
  /** Of the row being positive, in [0, 1]. */
  readonly probabilities: Float64Array;
  /** 1 where the model said positive. */
  readonly predictions: Uint8Array;
  /** The model's own, by which rows are ranked; higher means more likely positive. */
  readonly scores: Float64Array;
}

/**
 * A metric over all labels that the probabilities allow, with what each row adds to its error: the
 * influence function of the metric, already divided by the rows.
 */
export interface ExpectedMetric {
  readonly value: number;
  /** What a positive label of this row does to the metric. */
  readonly ifPositive: Float64Array;
  /** What a negative one does. */
  readonly ifNegative: Float64Array;
}

/** `null` where the metric is not defined on the sample. */
export type ExpectMetric = (sample: ExpectedSample) => ExpectedMetric | null;

/**
 * Standard error of a metric on rows drawn with these probabilities, √Σ E[influence²]: over the
 * labels and over which rows came, to first order. With labels in place of probabilities it is the
 * usual one (Wald's for a share, DeLong's for an area).
 *
 * @see F. R. Hampel, The Influence Curve and its Role in Robust Estimation, 1974
 */
export function samplingError(
  { probabilities }: Pick<ExpectedSample, 'probabilities'>,
  { ifPositive, ifNegative }: ExpectedMetric,
): number {
  let sum = 0;
  for (let row = 0; row < probabilities.length; row += 1) {
    const p = probabilities[row] ?? 0;
    sum += p * (ifPositive[row] ?? 0) ** 2 + (1 - p) * (ifNegative[row] ?? 0) ** 2;
  }
  return Math.sqrt(sum);
}
