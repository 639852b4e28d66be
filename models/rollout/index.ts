export { type ArmsSample, judgeArms } from './judge-arms.js';
export { judgeMetric, type MetricVerdict } from './judge-metric.js';
export * from './moments.js';
export { type SequentialInterval, sequentialInterval } from './sequential-interval.js';
