import type { RolloutSpec } from './rollout.js';
import type { TaskType } from './signature.js';

/** What a metric of an analysis is made from. */
export type RolloutMetricKind =
  /** Of the gateways' own records of each arm. */
  | 'service'
  /** A mean of losses of single rows, once their labels have come. */
  | 'loss'
  /** Of labelled rows together, and no mean over them. */
  | 'statistic'
  /** What predictions were worth to the business, by the metric's name. */
  | 'business'
  /** A shadow against what was answered, row by row. */
  | 'disagreement';

const SERVICE_METRICS = ['errorRate', 'latencyMs'] as const;
/** Means over rows, so that rows can be compared one by one. */
const LOSS_METRICS: { readonly [task in TaskType]: readonly string[] } = {
  regression: ['mae', 'mape'],
  classification: ['accuracy', 'logLoss', 'brierScore'],
};
/** Of all rows together; each row has an influence on them, which is compared in its place. */
const STATISTICS: { readonly [task in TaskType]: readonly string[] } = {
  regression: ['rmse', 'r2'],
  classification: ['precision', 'recall', 'f1', 'rocAuc', 'averagePrecision'],
};
/** Of what more is better. */
const GAINS: readonly string[] = ['accuracy', 'r2', ...STATISTICS.classification];
const BUSINESS = 'business.';

/** The names that an analysis may be given; of business metrics the pattern. */
export const ROLLOUT_METRICS: readonly string[] = [
  ...SERVICE_METRICS,
  'disagreement',
  ...LOSS_METRICS.regression,
  ...STATISTICS.regression,
  ...LOSS_METRICS.classification,
  ...STATISTICS.classification,
];

/** @returns `null` where there is no such metric */
export function kindOfRolloutMetric(metric: string): RolloutMetricKind | null {
  if (SERVICE_METRICS.some((known) => known === metric)) return 'service';
  if (metric === 'disagreement') return 'disagreement';
  if (metric.startsWith(BUSINESS) && metric.length > BUSINESS.length) return 'business';
  if (Object.values(STATISTICS).some((names) => names.includes(metric))) return 'statistic';
  return ROLLOUT_METRICS.includes(metric) ? 'loss' : null;
}

/** Whether more of a metric is better; of a business metric unless it is said otherwise. */
export function isGain(metric: string): boolean {
  return kindOfRolloutMetric(metric) === 'business' || GAINS.includes(metric);
}

/** The name under which clients report a business metric. */
export function businessName(metric: string): string {
  return metric.slice(BUSINESS.length);
}

/**
 * Why a rollout's analysis cannot be made of models of a task.
 *
 * @returns `null` where it can
 */
export function complaintOfMetrics(spec: RolloutSpec, task: TaskType): string | null {
  const analyses = [
    ...(spec.analysis === null ? [] : [spec.analysis]),
    ...spec.steps.flatMap((step) => (step.kind === 'analyse' ? [step.analysis] : [])),
  ];
  const names = [...LOSS_METRICS[task], ...STATISTICS[task]];
  const wrong = analyses
    .flatMap(({ metrics }) => metrics.map(({ metric }) => metric))
    .find((metric) => needsLabels(metric) && !names.includes(metric));
  return wrong === undefined
    ? null
    : `${wrong} does not measure a ${task}; its metrics are ${names.join(', ')}`;
}

function needsLabels(metric: string): boolean {
  const kind = kindOfRolloutMetric(metric);
  return kind === 'loss' || kind === 'statistic';
}
