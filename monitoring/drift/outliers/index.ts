export * from './column-bounds.js';
export * from './mahalanobis.js';
export * from './minimum-covariance-determinant.js';
export type { OutlierOptions } from './outlier-options.js';
export * from './registry.js';
