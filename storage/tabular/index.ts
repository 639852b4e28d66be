export * from './column-check.js';
export * from './column-statistics.js';
export { limitTabular, type TabularLimits } from './database.js';
export * from './ingest-table.js';
export * from './read-table.js';
export * from './split-by-time.js';
export * from './table.js';
export * from './write-parquet.js';
