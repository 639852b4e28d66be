export { measurementHeading, measurementLines } from './measurement-lines.js';
export type { ReportLine } from './report-line.js';
export { renderMeasurement } from './terminal.js';
