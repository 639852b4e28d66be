export { averagePrecision, binaryAveragePrecision } from './average-precision.js';
export { brierScore } from './brier-score.js';
export { accuracy, f1, precision, recall } from './confusion.js';
export { logLoss } from './log-loss.js';
export { measureClassification, measureRegression } from './measure.js';
export type {
  ClassificationMetric,
  ClassificationSample,
  Metric,
  RegressionMetric,
  RegressionSample,
} from './metric.js';
export { CLASSIFICATION_METRICS, METRICS, REGRESSION_METRICS } from './registry.js';
export { mae, mape, r2, rmse } from './regression.js';
export { binaryRocAuc, rocAuc } from './roc-auc.js';
