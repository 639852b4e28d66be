import { formatNumber } from '../drift-page/numbers.js';
import { linearScale, round, short } from '../explanation-page/scale.js';
import { type Markup, markup } from '../page/markup.js';

const WIDTH = 760;
const HEIGHT = 240;
const LEFT = 80;
const RIGHT = 20;
const TOP = 12;
const FOOT = 34;

export interface ScatterPoint {
  /** A number; a word has a place of its own along the axis. */
  readonly x: number | string;
  readonly y: number;
  readonly name: string;
  readonly isBest: boolean;
}

export interface ScatterOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Positions by orders of magnitude. */
  readonly log?: boolean;
  /** Levels, ascending by place: drawn as stairs. */
  readonly line?: readonly (readonly [number, number])[];
}

/** Scores over one parameter, or over the trials; `null` without a point. */
export function scatter(points: readonly ScatterPoint[], options: ScatterOptions): Markup | null {
  if (points.length === 0) return null;
  const words = [...new Set(points.flatMap(({ x }) => (typeof x === 'string' ? [x] : [])))];
  const place = (x: number | string) => {
    if (typeof x === 'string') return words.indexOf(x);
    return options.log === true && x > 0 ? Math.log10(x) : x;
  };
  const { line = [] } = options;
  const xs = [...points.map(({ x }) => place(x)), ...line.map(([x]) => x)];
  const ys = points.map(({ y }) => y);
  const across = linearScale(Math.min(...xs), Math.max(...xs), LEFT + 8, WIDTH - RIGHT - 8);
  const up = linearScale(Math.min(...ys), Math.max(...ys), HEIGHT - FOOT - 8, TOP + 8);
  const dots = points.map(
    ({ x, y, name, isBest }) =>
      markup`<circle cx="${round(across.at(place(x)))}" cy="${round(up.at(y))}" r="${isBest ? 6 : 4}" class="${isBest ? 'best' : 'trial'}"><title>${name}</title></circle>`,
  );
  // A level holds until the next begins.
  const path = line
    .flatMap(([x, y], index): (readonly [number, number])[] => {
      const before = line[index - 1]?.[1] ?? y;
      return before === y
        ? [[x, y]]
        : [
            [x, before],
            [x, y],
          ];
    })
    .map(([x, y]) => `${round(across.at(x))},${round(up.at(y))}`)
    .join(' ');
  const ends =
    words.length > 0
      ? words.map((word) => ({ at: across.at(place(word)), text: short(word, 14) }))
      : [...new Set([Math.min(...xs), Math.max(...xs)])].map((x) => ({
          at: across.at(x),
          text: formatNumber(options.log === true ? 10 ** x : x),
        }));
  const ticks = ends.map(
    ({ at, text }) =>
      markup`<text x="${round(at)}" y="${HEIGHT - FOOT + 16}" text-anchor="middle">${text}</text>`,
  );
  const levels = [...new Set([Math.min(...ys), Math.max(...ys)])].map(
    (y) =>
      markup`<text x="${LEFT - 8}" y="${round(up.at(y) + 4)}" text-anchor="end">${formatNumber(y)}</text>`,
  );
  return markup`<figure>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${options.title}">
<line x1="${LEFT}" y1="${HEIGHT - FOOT}" x2="${WIDTH - RIGHT}" y2="${HEIGHT - FOOT}" class="axis"/>
<line x1="${LEFT}" y1="${TOP}" x2="${LEFT}" y2="${HEIGHT - FOOT}" class="axis"/>
${path === '' ? null : markup`<polyline points="${path}" class="best-line"/>`}
${dots}${ticks}${levels}
</svg>
<figcaption>${options.title}: ${options.yLabel} over ${options.xLabel}</figcaption>
</figure>
`;
}
