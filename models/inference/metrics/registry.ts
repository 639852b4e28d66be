import { MillraceError, type TaskType } from '../../../contracts/index.js';
import { accuracy, f1, precision, recall } from './confusion.js';
import { logLoss } from './log-loss.js';
import type { ClassificationMetric, Metric, RegressionMetric } from './metric.js';
import { mae, mape, r2, rmse } from './regression.js';
import { rocAuc } from './roc-auc.js';

export const REGRESSION_METRICS: readonly RegressionMetric[] = [mae, rmse, r2, mape];

export const CLASSIFICATION_METRICS: readonly ClassificationMetric[] = [
  accuracy,
  precision,
  recall,
  f1,
  rocAuc,
  logLoss,
];

/** Every metric that `evaluate` measures. */
export const METRICS: readonly Metric[] = [...REGRESSION_METRICS, ...CLASSIFICATION_METRICS];

/** By which models are compared where the file names no metric. */
export const DEFAULT_METRIC: Readonly<Record<TaskType, string>> = {
  regression: 'mae',
  classification: 'f1',
};

/**
 * @throws MillraceError `InvalidInput` when there is no such metric for the task; the hint lists
 * those that there are
 */
export function findMetric(name: string, task: TaskType): Metric {
  const found = METRICS.find((metric) => metric.name === name && metric.task === task);
  if (found !== undefined) return found;
  const known = METRICS.filter((metric) => metric.task === task).map((metric) => metric.name);
  throw new MillraceError(
    'InvalidInput',
    `there is no metric ${name} for a ${task}`,
    `there are: ${known.join(', ')}`,
  );
}
