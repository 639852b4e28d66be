export { type AboutPage, driftPage } from './page.js';
