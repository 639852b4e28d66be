/** A metric of a sample together with what each row does to it. */
export interface Estimate {
  readonly value: number;
  /**
   * The metric's influence function at each row: to first order the metric of n rows is its true
   * value plus the mean of these. Their mean is 0.
   */
  readonly influence: Float64Array;
}

/** Rows with labels: numbers, or indices into the classes (−1: none that the model knows). */
export interface LabelledRows {
  readonly labels: Float64Array;
  readonly predictions: Float64Array;
  /** Of a classification row by row, as many as there are classes; else empty. */
  readonly probabilities: Float64Array;
}

/** What a class must be represented by before anything is said of it. */
export const LEAST_ROWS_OF_A_CLASS = 20;
