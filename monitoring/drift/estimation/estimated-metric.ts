import { averagePrecision } from '../performance/metrics/average-precision.js';
import { accuracy, f1, precision, recall } from '../performance/metrics/confusion.js';
import type { ClassificationMetric, RegressionMetric } from '../performance/metrics/metric.js';
import { mae, mape, rmse } from '../performance/metrics/regression.js';
import { rocAuc } from '../performance/metrics/roc-auc.js';
import {
  expectedF1,
  expectedPrecision,
  expectedRecall,
  expectedShare,
} from './expected-confusion.js';
import type { ExpectMetric } from './expected-metric.js';
import { expectedAveragePrecision, expectedRocAuc } from './expected-ranking.js';

/** A classification metric that can be estimated without labels. */
export interface EstimatedClassificationMetric {
  readonly metric: ClassificationMetric;
  readonly expect: ExpectMetric;
  /** `correct-rows`: of the event that the prediction is right; `classes`: of each class against the rest. */
  readonly of: 'correct-rows' | 'classes';
  readonly usesPredictions: boolean;
  readonly range: readonly [number, number];
}

/** A regression metric that can be estimated without labels, as a mean of losses. */
export interface EstimatedRegressionMetric {
  readonly metric: RegressionMetric;
  /** Loss of a row, ≥ 0; not finite where it has none. */
  readonly loss: (label: number, prediction: number) => number;
  /** The metric from the mean loss. */
  readonly fromMean: (meanLoss: number) => number;
  /** Its derivative there. */
  readonly slope: (meanLoss: number) => number;
  readonly range: readonly [number, number];
}

const SHARE = [0, 1] as const;
const LOSS = [0, Number.POSITIVE_INFINITY] as const;

const ofClasses = (
  metric: ClassificationMetric,
  expect: ExpectMetric,
  usesPredictions: boolean,
): EstimatedClassificationMetric => ({
  metric,
  expect,
  of: 'classes',
  usesPredictions,
  range: SHARE,
});

export const ESTIMATED_CLASSIFICATION_METRICS: readonly EstimatedClassificationMetric[] = [
  {
    metric: accuracy,
    expect: expectedShare,
    of: 'correct-rows',
    usesPredictions: true,
    range: SHARE,
  },
  ofClasses(precision, expectedPrecision, true),
  ofClasses(recall, expectedRecall, true),
  ofClasses(f1, expectedF1, true),
  ofClasses(rocAuc, expectedRocAuc, false),
  ofClasses(averagePrecision, expectedAveragePrecision, false),
];

export const ESTIMATED_REGRESSION_METRICS: readonly EstimatedRegressionMetric[] = [
  {
    metric: mae,
    loss: (label, prediction) => Math.abs(label - prediction),
    fromMean: (mean) => mean,
    slope: () => 1,
    range: LOSS,
  },
  {
    metric: rmse,
    loss: (label, prediction) => (label - prediction) ** 2,
    fromMean: Math.sqrt,
    slope: (mean) => (mean > 0 ? 1 / (2 * Math.sqrt(mean)) : 0),
    range: LOSS,
  },
  {
    metric: mape,
    loss: (label, prediction) => Math.abs(label - prediction) / Math.abs(label),
    fromMean: (mean) => mean,
    slope: () => 1,
    range: LOSS,
  },
];

/**
 * @throws RangeError when this metric cannot be estimated; the message lists those that can
 * @example findEstimatedClassificationMetric('f1').metric.higherIsBetter; // true
 */
export function findEstimatedClassificationMetric(name: string): EstimatedClassificationMetric {
  return find(ESTIMATED_CLASSIFICATION_METRICS, name, 'classification');
}

/** @throws RangeError when this metric cannot be estimated; the message lists those that can */
export function findEstimatedRegressionMetric(name: string): EstimatedRegressionMetric {
  return find(ESTIMATED_REGRESSION_METRICS, name, 'regression');
}

function find<T extends { readonly metric: { readonly name: string } }>(
  metrics: readonly T[],
  name: string,
  task: string,
): T {
  const found = metrics.find(({ metric }) => metric.name === name);
  if (found !== undefined) return found;
  const names = metrics.map(({ metric }) => metric.name).join(', ');
  throw new RangeError(`no metric '${name}' of a ${task} can be estimated; there are ${names}`);
}
