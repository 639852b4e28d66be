export type { RowPredictions, TablePredictions } from './answers.js';
export type { ContextRow, InputRow, InputValue } from './input-row.js';
export { type LoadOptions, loadModel } from './load-model.js';
export type { ServedModel } from './served-model.js';
export { signatureObstacles } from './signature-compatibility.js';
export { signatureMismatches } from './signature-mismatches.js';
export { standInObstacles } from './stand-in-obstacles.js';
export { requireTextsMayBeMissing } from './unknown-categories.js';
export { checkRows, type RowCheck } from './validate-rows.js';
