/** What a metric of an analysis is made from. */
export type MetricKind =
  /** Of the gateways' own records of each arm. */
  | 'service'
  /** A mean of losses of single rows, once their labels have come. */
  | 'loss'
  /** What predictions were worth to the business, by the metric's name. */
  | 'business'
  /** A shadow against what was answered, row by row. */
  | 'disagreement';

export const SERVICE_METRICS = ['errorRate', 'latencyMs'] as const;
/** By task: means over rows, so that rows can be compared one by one. */
export const LOSS_METRICS = {
  regression: ['mae', 'mape'],
  classification: ['accuracy', 'logLoss', 'brierScore'],
} as const;
const LOSSES: readonly string[] = [...LOSS_METRICS.regression, ...LOSS_METRICS.classification];

const BUSINESS = 'business.';

/** @returns `null` where there is no such metric */
export function kindOfMetric(metric: string): MetricKind | null {
  if (SERVICE_METRICS.some((known) => known === metric)) return 'service';
  if (metric === 'disagreement') return 'disagreement';
  if (metric.startsWith(BUSINESS) && metric.length > BUSINESS.length) return 'business';
  return LOSSES.includes(metric) ? 'loss' : null;
}

/** The name under which clients report a business metric. */
export function businessName(metric: string): string {
  return metric.slice(BUSINESS.length);
}
