export { measurementHeading, measurementLines, type ReportLine } from './measurement-lines.js';
export { renderMeasurement } from './terminal.js';
