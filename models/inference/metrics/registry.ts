import { MillraceError, type TaskType } from '../../../contracts/index.js';
import { METRICS, type Metric } from '../../../monitoring/drift/performance/metrics/index.js';

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
