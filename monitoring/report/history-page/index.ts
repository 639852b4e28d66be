export { featureHistoryPage } from './page.js';
