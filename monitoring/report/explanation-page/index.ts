export { explanationPage } from './page.js';
export { type ExplanationPicture, explanationPictures } from './pictures.js';
export { withoutDust } from './rounding-dust.js';
