export { measureClassification, measureRegression } from './measure.js';
export { classIndexes, measureTable, type TableMeasurement } from './measure-table.js';
export type {
  ClassificationMetric,
  ClassificationSample,
  Metric,
  RegressionMetric,
  RegressionSample,
} from './metric.js';
export {
  CLASSIFICATION_METRICS,
  DEFAULT_METRIC,
  findMetric,
  METRICS,
  REGRESSION_METRICS,
} from './registry.js';
