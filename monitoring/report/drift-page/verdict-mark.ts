import type { DriftVerdict } from '../../../contracts/index.js';
import { type Markup, markup } from '../page/markup.js';
import { VERDICTS } from './names.js';

/** The verdict as a mark of its own shape, with its word for those who do not see it. */
export function verdictMark(verdict: DriftVerdict): Markup {
  const { mark, text } = VERDICTS[verdict];
  return markup`<span class="verdict ${verdict}"><span aria-hidden="true">${mark}</span> <span class="word">${text}</span></span>`;
}
