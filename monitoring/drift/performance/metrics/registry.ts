import { averagePrecision } from './average-precision.js';
import { brierScore } from './brier-score.js';
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
  averagePrecision,
  logLoss,
  brierScore,
];

/** Every metric that a model is measured by. */
export const METRICS: readonly Metric[] = [...REGRESSION_METRICS, ...CLASSIFICATION_METRICS];
