import type { ColumnDrift, ColumnPicture } from '../../../contracts/index.js';
import { type Markup, markup } from '../page/markup.js';
import { anchorAt, percentOf, roundTicks } from './axis.js';
import { type DrawnBins, drawnBins } from './bins.js';
import { formatMoment } from './dates.js';
import { legend, middlesOf } from './legend.js';
import { formatNumber, formatPair, formatShare } from './numbers.js';
import { evenPlaces, INNER_HEIGHT, INNER_WIDTH, outlines } from './outline.js';

type Histogram = Extract<ColumnPicture, { readonly of: 'histogram' }>;

const HEIGHT = 190;

/** An outer bin so many times its neighbour is told of. */
const PILED_UP = 2;

/** Above the shapes, for what stands at the top. */
const TOP = 14;

/**
 * Two distributions over one another: the reference filled, the current data as a line. A dashed
 * line marks the median of each, the mean where there is none.
 *
 * @returns `null` where the picture has nothing to draw
 */
export function histogram(column: ColumnDrift, picture: Histogram): Markup | null {
  const bins = drawnBins(picture);
  if (bins === null) return null;
  const places = placesOf(bins);
  const heights = heightsOf(bins, places);
  const paths = outlines(places, heights.reference, heights.current);
  const label = labelOf(column, bins);
  return markup`<figure>${legend('line', scaleHasPlaces(bins) ? (middlesOf(column)?.name ?? null) : null)}<svg class="plot" height="${TOP + HEIGHT + 26}" role="img" aria-label="${label}">
<svg y="${TOP}" width="100%" height="${HEIGHT}" viewBox="0 0 ${INNER_WIDTH} ${INNER_HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><path class="reference" d="${paths.reference}"/><path class="current" d="${paths.current}"/></svg>
${markers(column, bins)}<line class="axis" x1="0" x2="100%" y1="${TOP + HEIGHT}" y2="${TOP + HEIGHT}"/>${ticks(column, bins, places)}</svg>${caption(bins)}</figure>`;
}

function placesOf(bins: DrawnBins): readonly number[] {
  const { edges, scale } = bins;
  if (scale === 'ordinal') return evenPlaces(edges.length - 1);
  const low = edges[0] ?? 0;
  const span = (edges.at(-1) ?? 1) - low;
  return edges.map((edge) => (edge - low) / span);
}

function heightsOf(bins: DrawnBins, places: readonly number[]) {
  const height = (share: number, i: number): number =>
    bins.scale === 'density' ? share / ((places[i + 1] ?? 1) - (places[i] ?? 0)) : share;
  const reference = bins.reference.map(height);
  const current = bins.current.map(height);
  const top = Math.max(...reference, ...current) || 1;
  const scaled = (heights: readonly number[]) => heights.map((value) => value / top);
  return { reference: scaled(reference), current: scaled(current) };
}

/** Between bins that are not drawn to scale a value has no place. */
function scaleHasPlaces({ scale }: DrawnBins): boolean {
  return scale !== 'ordinal';
}

function markers(column: ColumnDrift, bins: DrawnBins): Markup | null {
  const middles = middlesOf(column);
  if (middles === null || !scaleHasPlaces(bins)) return null;
  const { edges } = bins;
  const low = edges[0] ?? 0;
  const span = (edges.at(-1) ?? 1) - low;
  const line = (value: number, side: 'reference' | 'current'): Markup | null => {
    const share = (value - low) / span;
    if (!(share >= 0 && share <= 1)) return null;
    const x = percentOf(share);
    return markup`<line class="marker ${side}-marker" x1="${x}" x2="${x}" y1="${side === 'current' ? 0 : TOP / 2}" y2="${TOP + HEIGHT}"/>`;
  };
  return markup`${line(middles.reference, 'reference')}${line(middles.current, 'current')}`;
}

function ticks(column: ColumnDrift, bins: DrawnBins, places: readonly number[]): Markup[] {
  return ticksOf(column, bins, places).map(({ share, text }) => {
    const x = percentOf(share);
    return markup`<line class="axis" x1="${x}" x2="${x}" y1="${TOP + HEIGHT}" y2="${TOP + HEIGHT + 5}"/><text class="tick" x="${x}" y="${TOP + HEIGHT + 20}" text-anchor="${anchorAt(share)}">${text}</text>`;
  });
}

function ticksOf(column: ColumnDrift, bins: DrawnBins, places: readonly number[]) {
  const { edges, scale } = bins;
  const low = edges[0] ?? 0;
  const high = edges.at(-1) ?? 1;
  if (scale === 'ordinal') {
    const count = edges.length - 1;
    const shown = [...new Set([0, Math.round(count / 3), Math.round((2 * count) / 3), count])];
    return shown.map((at) => ({ share: places[at] ?? 0, text: valueText(column, edges[at] ?? 0) }));
  }
  if (column.kind === 'date') {
    return [0, 1 / 2, 1].map((share) => {
      const ms = low + share * (high - low);
      return { share, text: formatMoment(ms, (high - low) / 2) };
    });
  }
  const values = roundTicks(low, high);
  return values.map((value) => ({
    share: (value - low) / (high - low),
    text: formatNumber(value, 6),
  }));
}

function caption(bins: DrawnBins): Markup | null {
  const sentences = [
    ...(bins.scale === 'density' ? ['Areas are shares: the bins are not equally wide.'] : []),
    ...(bins.scale === 'ordinal'
      ? ['The bins are not equally wide; they are drawn as if they were.']
      : []),
    ...([bins.reference, bins.current].some(isPiledUp)
      ? ['The first and the last bin hold everything beyond them as well.']
      : []),
  ];
  return sentences.length === 0 ? null : markup`<figcaption>${sentences.join(' ')}</figcaption>`;
}

/** Whether an outer bin stands out from its neighbour: what lies beyond is in it. */
function isPiledUp(shares: readonly number[]): boolean {
  const [first = 0, second = 0] = shares;
  const [beforeLast = 0, last = 0] = shares.slice(-2);
  return first > PILED_UP * second || last > PILED_UP * beforeLast;
}

/** What is seen, in numbers: where each side is most frequent, and where the share moved most. */
function labelOf(column: ColumnDrift, bins: DrawnBins): string {
  const { reference, current } = bins;
  const range = (at: number): string => rangeText(column, bins, at);
  const topReference = indexOfLargest(reference);
  const topCurrent = indexOfLargest(current);
  const rise = indexOfLargest(reference.map((share, i) => (current[i] ?? 0) - share));
  const fall = indexOfLargest(reference.map((share, i) => share - (current[i] ?? 0)));
  const moved = (at: number): string =>
    `${range(at)} (${formatShare(reference[at] ?? 0)} to ${formatShare(current[at] ?? 0)})`;
  return `Distributions of ${column.name}. The reference is most frequent at ${range(topReference)} with ${formatShare(reference[topReference] ?? 0)}, the current data at ${range(topCurrent)} with ${formatShare(current[topCurrent] ?? 0)}. Gained most: ${moved(rise)}; lost most: ${moved(fall)}.`;
}

function rangeText(column: ColumnDrift, { edges }: DrawnBins, at: number): string {
  const low = edges[at] ?? 0;
  const high = edges[at + 1] ?? low;
  if (column.kind === 'date') {
    return `${formatMoment(low, high - low)} to ${formatMoment(high, high - low)}`;
  }
  return formatPair(low, high).join(' to ');
}

function valueText({ kind }: ColumnDrift, value: number): string {
  return kind === 'date' ? formatMoment(value) : formatNumber(value, 3);
}

function indexOfLargest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > (values[best] ?? 0) ? i : best), 0);
}
