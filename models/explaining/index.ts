export {
  type AskedRows,
  DEFAULT_BACKGROUND_ROWS,
  DEFAULT_ROWS,
  type ExplainRequest,
  explainsRows,
} from './explain-request.js';
export type { ExplainDeps } from './explain-version.js';
export { explainVersion } from './explanation-of.js';
export { findPrediction } from './find-prediction.js';
export type { ExplainingPython } from './run-explain-program.js';
