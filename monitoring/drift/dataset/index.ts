export * from './choose-measure.js';
export * from './compared-column.js';
export * from './decide-columns.js';
export * from './text-treatment.js';
