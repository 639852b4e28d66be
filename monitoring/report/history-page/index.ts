export { type AboutHistory, featureHistoryPage } from './page.js';
