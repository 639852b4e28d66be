import type { ColumnDrift } from '../../../contracts/index.js';
import { type Markup, markup } from '../page/markup.js';

/** The middle of each side, as it is marked in a picture. */
export interface Middles {
  readonly name: 'median' | 'mean';
  readonly reference: number;
  readonly current: number;
}

/** Medians where both are known, else means; `null` where the column has neither. */
export function middlesOf({ shift }: ColumnDrift): Middles | null {
  if (shift === null || shift.of !== 'mean') return null;
  const { referenceMedian, currentMedian } = shift;
  return referenceMedian === null || currentMedian === null
    ? { name: 'mean', reference: shift.reference, current: shift.current }
    : { name: 'median', reference: referenceMedian, current: currentMedian };
}

/** What the shapes of a picture are: each word beside the shape it names. */
export function legend(current: 'line' | 'bar', dashed: Middles['name'] | null = null): Markup {
  const shape =
    current === 'line'
      ? markup`<path class="current" d="M1 11V4H11V8H21"/>`
      : markup`<rect class="current-bar" y="3.5" width="22" height="5"/>`;
  return markup`<p class="legend"><span>${key(markup`<rect class="reference" width="22" height="12" rx="2"/>`)}reference</span><span>${key(shape)}current</span>${dashed === null ? null : markup`<span>${key(markup`<line class="marker" x1="11" x2="11" y1="0" y2="12"/>`)}${dashed}</span>`}</p>`;
}

function key(shape: Markup): Markup {
  return markup`<svg class="key" width="22" height="12" aria-hidden="true">${shape}</svg>`;
}
