export * from './calibrated-threshold.js';
export * from './chance-of-counts.js';
export * from './chance-of-order.js';
export * from './chance-tail.js';
