import type { Metrics } from '../../../../contracts/index.js';
import type { ClassificationSample, RegressionSample } from './metric.js';
import { CLASSIFICATION_METRICS, REGRESSION_METRICS } from './registry.js';

/** Every metric that is defined on the sample, by name; the others are left out. */
export function measureRegression(sample: RegressionSample): Metrics {
  return defined(REGRESSION_METRICS.map(({ name, compute }) => [name, compute(sample)]));
}

/** Every metric that is defined on the sample, by name; the others are left out. */
export function measureClassification(sample: ClassificationSample): Metrics {
  return defined(CLASSIFICATION_METRICS.map(({ name, compute }) => [name, compute(sample)]));
}

function defined(entries: readonly (readonly [string, number | null])[]): Metrics {
  const metrics: Record<string, number> = {};
  for (const [name, value] of entries) {
    if (value !== null && Number.isFinite(value)) metrics[name] = value;
  }
  return metrics;
}
