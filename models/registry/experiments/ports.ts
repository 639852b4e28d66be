import type { Experiment, MetricPoint, StepRecord } from '../../../contracts/index.js';

export interface ExperimentFilter {
  readonly pipeline?: string;
  /** At most so many, newest first; 50 by default. */
  readonly limit?: number;
}

/** What runs are compared by: params, metrics, data, code, environment, seeds. */
export interface ExperimentReader {
  find(runId: string): Promise<Experiment | null>;
  /** Newest first. */
  list(filter?: ExperimentFilter): Promise<readonly Experiment[]>;
  /** What the steps of a run told while they worked, each metric in its order. */
  curve(runId: string): Promise<readonly MetricPoint[]>;
}

/** Without a fence it is no attempt that writes. */
export type AttemptAtStep = Pick<StepRecord, 'runId' | 'stepId' | 'fence'>;

export interface ExperimentBook extends ExperimentReader {
  /** Inserts or replaces by run. */
  put(experiment: Experiment): Promise<void>;
  /**
   * The whole curve of a step, which replaces what an earlier attempt told; dropped once a later
   * attempt has written.
   */
  putCurve(step: AttemptAtStep, points: readonly MetricPoint[]): Promise<void>;
}
