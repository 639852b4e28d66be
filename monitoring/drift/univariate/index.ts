export * from './chi-squared.js';
export * from './jensen-shannon.js';
export * from './kolmogorov-smirnov.js';
export * from './measure.js';
export * from './multiplicity.js';
export * from './population-stability-index.js';
export * from './registry.js';
export * from './total-variation.js';
