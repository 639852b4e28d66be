export { backtestPage } from './page.js';
