export { type AboutPage, backtestPage } from './page.js';
export { STANDALONE_PICTURES } from './standalone.js';
