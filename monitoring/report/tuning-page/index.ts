export { type AboutTuningPage, tuningPage } from './page.js';
