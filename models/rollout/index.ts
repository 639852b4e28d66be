export { type ArmsSample, judgeArms } from './judge-arms.js';
export { judgeMetric, type MetricVerdict } from './judge-metric.js';
export * from './moments.js';
export { type SequentialInterval, sequentialInterval } from './sequential-interval.js';
export type { LabelledRows } from './statistics/estimate.js';
export {
  STATISTICS,
  type Statistic,
  type StatisticArms,
  statisticSample,
} from './statistics/statistic-sample.js';
export { withSpread } from './with-spread.js';
