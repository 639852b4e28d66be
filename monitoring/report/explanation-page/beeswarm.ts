import type { Explanation } from '../../../contracts/index.js';
import { formatNumber } from '../drift-page/numbers.js';
import { type Markup, markup } from '../page/markup.js';
import { byImportance, MOST_FEATURES, type RankedFeature } from './by-importance.js';
import { linearScale, round, type Scale, short } from './scale.js';

const WIDTH = 760;
const LEFT = 170;
const RIGHT = 20;
const ROW = 36;
const FOOT = 24;
const RADIUS = 3.2;
const SHADES = 5;

interface Dot {
  readonly at: number;
  readonly value: number | string | null;
}

/**
 * A dot a row and feature: to the right where the feature raised the score, shaded by whether its
 * value is low or high among the rows. Dots that would lie on one another are moved apart.
 *
 * @returns `null` where the method explains no rows, or a single one is explained
 */
export function beeswarm(explanation: Explanation): Markup | null {
  const { rows } = explanation;
  if (rows.length < 2 || rows.some(({ attributions }) => attributions === null)) return null;
  const ranked = byImportance(explanation).slice(0, MOST_FEATURES);
  const dotsOf = ({ place }: RankedFeature): readonly Dot[] =>
    rows.map(({ attributions, values }) => ({
      at: attributions?.[place] ?? 0,
      value: values[place] ?? null,
    }));
  const all = ranked.map(dotsOf);
  const ends = all.flat().map(({ at }) => at);
  const x = linearScale(Math.min(0, ...ends), Math.max(0, ...ends), LEFT, WIDTH - RIGHT);
  const height = ranked.length * ROW;
  const swarms = ranked.map(({ feature }, i) => {
    const middle = i * ROW + ROW / 2;
    return markup`<line class="level" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${middle}" y2="${middle}"/><text x="${LEFT - 12}" y="${middle + 4}" text-anchor="end">${short(feature)}</text>${swarm(all[i] ?? [], x, middle)}`;
  });
  const ticks = x.ticks.map(
    (tick) =>
      markup`<text class="tick" x="${x.at(tick)}" y="${height + 16}" text-anchor="middle">${formatNumber(tick)}</text>`,
  );
  const [first] = ranked;
  return markup`<svg class="picture" viewBox="0 0 ${WIDTH} ${height + FOOT}" role="img" aria-label="A dot a row and feature; ${first?.feature ?? ''} spreads furthest."><line class="axis" x1="${x.at(0)}" x2="${x.at(0)}" y1="0" y2="${height}"/>${swarms}${ticks}</svg>`;
}

function swarm(dots: readonly Dot[], x: Scale, middle: number): readonly Markup[] {
  const shadeOf = shades(dots);
  const columns = new Map<number, number>();
  return dots
    .toSorted((a, b) => a.at - b.at)
    .map((dot) => {
      const column = Math.round(x.at(dot.at) / (RADIUS * 1.6));
      const before = columns.get(column) ?? 0;
      columns.set(column, before + 1);
      // Above and below by turns, and from the beginning again where a row has no more room.
      const step = Math.ceil(before / 2) * (before % 2 === 0 ? 1 : -1);
      const most = Math.floor((ROW / 2 - RADIUS) / (RADIUS * 1.5));
      const y = round(middle + (step % (most + 1)) * RADIUS * 1.5);
      return markup`<circle class="dot shade-${shadeOf(dot.value)}" cx="${x.at(dot.at)}" cy="${y}" r="${RADIUS}"/>`;
    });
}

/** Fifths of the range of the ranks; texts and missing values have no low and high. */
function shades(dots: readonly Dot[]): (value: Dot['value']) => string {
  const numbers = dots.flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const rank = new Map(sorted.map((value, i) => [value, i]));
  return (value) => {
    if (typeof value !== 'number' || sorted.length < 2) return 'none';
    const share = (rank.get(value) ?? 0) / (sorted.length - 1);
    return String(Math.min(SHADES - 1, Math.floor(share * SHADES)));
  };
}
