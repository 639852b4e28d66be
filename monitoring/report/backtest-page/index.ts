export { cutLines } from './cut-words.js';
export { backtestPage } from './page.js';
export { STANDALONE_PICTURES } from './standalone.js';
