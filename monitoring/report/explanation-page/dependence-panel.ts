import type { DependenceCurve } from '../../../contracts/index.js';
import { formatNumber } from '../drift-page/numbers.js';
import { type Markup, markup } from '../page/markup.js';
import { linearScale, type Scale, short } from './scale.js';

const WIDTH = 340;
const HEIGHT = 170;
const LEFT = 46;
const RIGHT = 8;
const FOOT = 22;
/** Categories whose names fit. */
const MOST_NAMED = 6;

/** Lowest and highest score of all curves, so that panels can be compared. */
export type ScoreRange = readonly [low: number, high: number];

export function scoreRange(curves: readonly DependenceCurve[]): ScoreRange {
  const scores = curves.flatMap(({ average, individual }) => [
    ...average,
    ...(individual?.flat() ?? []),
  ]);
  return [Math.min(...scores), Math.max(...scores)];
}

/** The picture of one feature with its name above it. */
export function dependencePanel(curve: DependenceCurve, range: ScoreRange): Markup {
  return markup`<figure class="panel"><h3><bdi>${curve.feature}</bdi></h3>${dependencePicture(curve, range)}</figure>`;
}

/** The score at each value of one feature, averaged over rows; the curves of rows behind it. */
export function dependencePicture(
  { feature, values, average, individual }: DependenceCurve,
  [low, high]: ScoreRange,
): Markup {
  const y = linearScale(low, high, HEIGHT, 8);
  const numbers = values.every((value) => typeof value === 'number');
  const places = values.map((value, i) => (numbers ? Number(value) : i));
  const x = linearScale(places[0] ?? 0, places.at(-1) ?? 0, LEFT + 8, WIDTH - RIGHT - 8);
  const levels = y.ticks.map(
    (tick) =>
      markup`<line class="level" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.at(tick)}" y2="${y.at(tick)}"/><text class="tick" x="${LEFT - 6}" y="${y.at(tick) + 4}" text-anchor="end">${formatNumber(tick)}</text>`,
  );
  const marks = numbers
    ? x.ticks.map((tick) => mark(x.at(tick), formatNumber(tick)))
    : values.length > MOST_NAMED
      ? []
      : values.map((value, i) =>
          mark(x.at(i), short(value === '' ? 'missing' : String(value), 10)),
        );
  const each = (individual ?? []).map(
    (scores) => markup`<path class="each" d="${path(places, scores, x, y)}"/>`,
  );
  const dots = numbers
    ? null
    : average.map(
        (score, i) => markup`<circle class="more" cx="${x.at(i)}" cy="${y.at(score)}" r="4"/>`,
      );
  const least = Math.min(...average);
  const most = Math.max(...average);
  return markup`<svg class="picture" viewBox="0 0 ${WIDTH} ${HEIGHT + FOOT}" role="img" aria-label="The score at each value of ${feature}: from ${formatNumber(least)} to ${formatNumber(most)}.">${levels}${each}<path class="curve" d="${path(places, average, x, y)}"/>${dots}${marks}</svg>`;
}

function mark(x: number, text: string): Markup {
  return markup`<text class="tick" x="${x}" y="${HEIGHT + 16}" text-anchor="middle">${text}</text>`;
}

function path(places: readonly number[], scores: readonly number[], x: Scale, y: Scale): string {
  return places
    .map((place, i) => `${i === 0 ? 'M' : 'L'}${x.at(place)} ${y.at(scores[i] ?? 0)}`)
    .join('');
}
