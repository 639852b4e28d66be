import type { ColumnPicture } from '../../../contracts/index.js';
import { type Markup, markup } from '../page/markup.js';
import { drawnBins } from './bins.js';
import { evenPlaces, INNER_HEIGHT, INNER_WIDTH, outlines } from './outline.js';

const MOST_BINS = 24;

/** The two distributions at a glance, for a closed card: a picture without words. */
export function sparkline(picture: ColumnPicture | undefined): Markup {
  const sides = picture === undefined ? null : sidesOf(picture);
  if (sides === null) return markup`<span class="spark"></span>`;
  const top = Math.max(...sides.reference, ...sides.current) || 1;
  const scaled = (shares: readonly number[]) => shares.map((share) => share / top);
  const { reference, current } = outlines(
    evenPlaces(sides.reference.length),
    scaled(sides.reference),
    scaled(sides.current),
  );
  return markup`<svg class="spark" viewBox="0 0 ${INNER_WIDTH} ${INNER_HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><path class="reference" d="${reference}"/><path class="current" d="${current}"/></svg>`;
}

function sidesOf(picture: ColumnPicture) {
  const sides = picture.of === 'histogram' ? drawnBins(picture) : picture;
  if (sides === null || sides.reference.length === 0) return null;
  const size = Math.ceil(sides.reference.length / MOST_BINS);
  return { reference: joined(sides.reference, size), current: joined(sides.current, size) };
}

function joined(shares: readonly number[], size: number): readonly number[] {
  return Array.from({ length: Math.ceil(shares.length / size) }, (_, i) =>
    shares.slice(i * size, (i + 1) * size).reduce((sum, share) => sum + share, 0),
  );
}
