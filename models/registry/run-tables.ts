import type { Experiment } from '../../contracts/index.js';
import type { JsonText } from './json-text.js';

/** What a run was made of and what it measured, without its curves. */
export interface ExperimentTable {
  readonly run_id: string;
  readonly pipeline: string;
  readonly started_at: string;
  readonly content: JsonText<Experiment>;
}

/** `point` counts what a step told of a metric, from 0. */
export interface MetricPointTable {
  readonly run_id: string;
  readonly step_id: string;
  readonly metric: string;
  readonly point: number;
  readonly step: number;
  readonly at: string;
  readonly value: number;
}

export interface PinTable {
  readonly subject: string;
  readonly actor: string;
  readonly reason: string;
  readonly at: string;
}
