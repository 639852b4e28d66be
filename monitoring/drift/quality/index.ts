export * from './check.js';
export * from './facts.js';
export * from './row-hashes.js';
export * from './volume.js';
