export { type AboutDriftPage, driftPage } from './page.js';
