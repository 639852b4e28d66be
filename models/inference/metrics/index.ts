export { classIndexes, measureTable, type TableMeasurement } from './measure-table.js';
export { DEFAULT_METRIC, findMetric } from './registry.js';
