export * from './column-values.js';
export * from './quantile-bins.js';
