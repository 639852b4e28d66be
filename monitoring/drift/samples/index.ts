export * from './column-values.js';
export * from './finite-part.js';
export * from './moments.js';
export * from './quantile-bins.js';
export * from './tie-groups.js';
