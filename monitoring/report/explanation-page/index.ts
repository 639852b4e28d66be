export { explanationPage } from './page.js';
