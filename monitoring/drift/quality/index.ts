export * from './check.js';
export * from './facts.js';
export * from './volume.js';
