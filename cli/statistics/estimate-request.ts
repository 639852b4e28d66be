import type { TaskType } from '../../contracts/index.js';
import {
  ESTIMATED_CLASSIFICATION_METRICS,
  ESTIMATED_REGRESSION_METRICS,
} from '../../monitoring/drift/estimation/index.js';
import { METRICS } from '../../monitoring/drift/performance/index.js';
import { nearest } from '../../pipelines/nearest.js';
import { UsageError } from '../errors.js';

/** The options of `estimate` as they are written. */
export interface EstimateOptions {
  readonly reference: string;
  readonly analysis: string;
  readonly task: string;
  readonly metric: string;
  readonly prediction?: string;
  readonly probability: readonly string[];
  readonly label?: string;
  readonly chunk?: number;
  readonly positive?: string;
  readonly features?: readonly string[];
  readonly seed: number;
  readonly failOn?: 'drift';
}

/** What is asked for, once the names are known to exist. */
export interface EstimateRequest extends EstimateOptions {
  readonly task: TaskType;
  /** As gates and monitors write it. */
  readonly metric: string;
}

const TASKS: Readonly<Record<string, TaskType>> = {
  classification: 'classification',
  binary: 'classification',
  'binary-classification': 'classification',
  multiclass: 'classification',
  'multiclass-classification': 'classification',
  regression: 'regression',
};

const METRICS_OF_TASK: Readonly<Record<TaskType, readonly string[]>> = {
  classification: ESTIMATED_CLASSIFICATION_METRICS.map(({ metric }) => metric.name),
  regression: ESTIMATED_REGRESSION_METRICS.map(({ metric }) => metric.name),
};

/** Those that need no class to have been said. */
const RANKING_METRICS = ESTIMATED_CLASSIFICATION_METRICS.filter(
  ({ usesPredictions }) => !usesPredictions,
).map(({ metric }) => metric.name);

/**
 * Checks options against one another. Names count without letter case, `-` and `_`, so that
 * `roc-auc` and `roc_auc` are `rocAuc`.
 *
 * @throws UsageError on an unknown task or metric (the nearest is named), a metric of the other task,
 * or an option that is missing or has no meaning here
 */
export function checkRequest(options: EstimateOptions): EstimateRequest {
  const task = TASKS[sameName(options.task, Object.keys(TASKS)) ?? ''];
  if (task === undefined) {
    const near = nearest(options.task, Object.keys(TASKS));
    throw new UsageError(
      `there is no task ${options.task}`,
      `${near === null ? '' : `did you mean ${near}? `}there are classification and regression`,
    );
  }
  const metric = checkMetric(options.metric, task);
  checkColumns(options, task, metric);
  return { ...options, task, metric };
}

function checkMetric(written: string, task: TaskType): string {
  const known = METRICS_OF_TASK[task];
  const found = sameName(written, known);
  if (found !== null) return found;
  const there = `of a ${task} there are ${known.join(', ')}`;
  const other = task === 'regression' ? 'classification' : 'regression';
  const ofOther = sameName(written, METRICS_OF_TASK[other]);
  if (ofOther !== null) {
    throw new UsageError(`${ofOther} is a metric of a ${other}, the task is ${task}`, there);
  }
  const measured = sameName(
    written,
    METRICS.map(({ name }) => name),
  );
  if (measured !== null) {
    throw new UsageError(`${measured} cannot be estimated without labels`, there);
  }
  const near = nearest(written, [...known, ...METRICS_OF_TASK[other]]);
  throw new UsageError(
    `there is no metric ${written}`,
    `${near === null ? '' : `did you mean ${near}? `}${there}`,
  );
}

function checkColumns(options: EstimateOptions, task: TaskType, metric: string): void {
  const { prediction, probability, positive } = options;
  if (prediction === undefined && !RANKING_METRICS.includes(metric)) {
    throw new UsageError(
      `${metric} needs to know what the model said`,
      'name the column of predictions with --prediction',
    );
  }
  if (task === 'classification' && probability.length === 0) {
    throw new UsageError(
      'a classification is estimated from its probabilities',
      'name the column with --probability, once for each class where there are three or more',
    );
  }
  if (task === 'regression' && probability.length > 0) {
    throw new UsageError('a regression has no --probability', 'leave it out');
  }
  if (task === 'regression' && positive !== undefined) {
    throw new UsageError('a regression has no --positive', 'leave it out');
  }
}

function sameName(written: string, known: readonly string[]): string | null {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[-_ ]/g, '');
  return known.find((name) => plain(name) === plain(written)) ?? null;
}
