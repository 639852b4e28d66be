export { type BestSoFar, bestSoFar, STOPPED } from './best-so-far.js';
export { type AboutTuningPage, tuningPage } from './page.js';
