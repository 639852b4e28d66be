import type { TaskType } from '../../../../contracts/index.js';

/** Numbers that were predicted, and what came; equal lengths ≥ 1, finite. */
export interface RegressionSample {
  readonly labels: ArrayLike<number>;
  readonly predictions: ArrayLike<number>;
}

/** Classes that were predicted, and what came; equal lengths ≥ 1. */
export interface ClassificationSample {
  readonly classes: readonly (string | number | boolean)[];
  /** Index into `classes`; −1 is a class that the model does not know. */
  readonly labels: ArrayLike<number>;
  readonly predictions: ArrayLike<number>;
  /** Row by row, `classes.length` entries each, summing to 1. */
  readonly probabilities: ArrayLike<number>;
}

interface Descriptor<Task extends TaskType, Sample> {
  /** As gates and monitors write it: `metrics.mae`. */
  readonly name: string;
  readonly task: Task;
  readonly higherIsBetter: boolean;
  /** `null` where the metric is not defined on this sample; never NaN. */
  readonly compute: (sample: Sample) => number | null;
}

export type RegressionMetric = Descriptor<'regression', RegressionSample>;
export type ClassificationMetric = Descriptor<'classification', ClassificationSample>;
export type Metric = RegressionMetric | ClassificationMetric;
