export * from './create-home.js';
export * from './find-home.js';
export * from './layout.js';
