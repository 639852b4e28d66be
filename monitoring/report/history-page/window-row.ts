import type { FeatureWindow } from '../../../contracts/index.js';
import { formatNumber, formatShare } from '../drift-page/numbers.js';
import { INNER_HEIGHT, INNER_WIDTH, outlines } from '../drift-page/outline.js';
import { verdictMark } from '../drift-page/verdict-mark.js';
import { type Markup, markup } from '../page/markup.js';
import { outsideShare, type Shape } from './shapes.js';

/** One window: what was measured of the feature in it, and its distribution over the reference's. */
export function windowRow(
  window: FeatureWindow,
  shape: Shape | null,
  startsVersion: boolean,
): Markup {
  const { version, rows, missing, distance, verdict } = window;
  const { start, end } = window.window;
  const present = rows === 0 ? null : missing / rows;
  return markup`<tr class="${verdict ?? 'unwatched'}${startsVersion ? ' first' : ''}">
<th scope="row"><time datetime="${start}">${day(start)}</time> <small>to ${day(end)}</small></th><td class="n">${version}</td><td class="n">${rows}</td><td class="ridge">${shape === null ? markup`<span class="no-picture">no value</span>` : ridge(shape)}</td><td class="n">${formatNumber(distance, 3)}</td><td class="n">${formatShare(outsideShare(window))}</td><td class="n">${formatShare(present)}</td><td>${verdict === null ? markup`<small>not watched</small>` : verdictMark(verdict)}</td></tr>
`;
}

function ridge({ places, reference, current }: Shape): Markup {
  const drawn = outlines(places, reference, current);
  return markup`<svg class="plot" viewBox="0 0 ${INNER_WIDTH} ${INNER_HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><path class="reference" d="${drawn.reference}"/><path class="current" d="${drawn.current}"/></svg>`;
}

/** Windows begin at midnight, or their time tells them apart. */
function day(moment: string): string {
  return moment.endsWith('T00:00:00Z')
    ? moment.slice(0, 10)
    : moment.slice(0, 16).replace('T', ' ');
}
