export { type BestSoFar, bestSoFar, STOPPED } from './best-so-far.js';
export { aboutImportance } from './importance.js';
export { type AboutTuningPage, tuningPage } from './page.js';
