import type { BacktestDocument, BacktestStrategy } from '../../../contracts/index.js';
import { formatNumber } from '../drift-page/numbers.js';
import { type Markup, markup } from '../page/markup.js';
import { lookOf } from './colours.js';
import { linear, pathThrough } from './scale.js';
import { driftLines, LEFT, months, timeFrame, WIDTH } from './time-frame.js';

const HEIGHT = 260;
const FOOT = 24;
/** Room for the names at the ends of the lines. */
const NAMES = 110;
const LINE_HEIGHT = 14;

/** Regret that has come together since the start: what each strategy lost against the oracle. */
export function regretChart(document: BacktestDocument): Markup {
  const frame = timeFrame(document, NAMES);
  const curves = document.strategies
    .filter(({ kind }) => kind !== 'oracle')
    .map((strategy) => ({ strategy, sums: runningSums(strategy) }));
  const all = curves.flatMap(({ sums }) => sums.map(({ sum }) => sum));
  const y = linear(Math.min(0, ...all), Math.max(0, ...all), HEIGHT, 8);
  const levels = y.ticks.map(
    (tick) =>
      markup`<line class="level" x1="${LEFT}" x2="${WIDTH - NAMES}" y1="${y.at(tick)}" y2="${y.at(tick)}"/><text class="tick" x="${LEFT - 6}" y="${y.at(tick) + 4}" text-anchor="end">${formatNumber(tick)}</text>`,
  );
  const ends = curves.map(({ strategy, sums }) => ({ strategy, y: y.at(sums.at(-1)?.sum ?? 0) }));
  const lines = curves.map(({ strategy, sums }) => {
    const look = lookOf(document.strategies, strategy);
    const path = pathThrough(sums.map(({ ms, sum }) => [frame.x.at(ms), y.at(sum)]));
    return markup`<g class="${look.name}"><path class="own" stroke-dasharray="${look.dash}" d="${path}"/></g>`;
  });
  const names = apart(ends).map(
    ({ strategy, y: at }) =>
      markup`<g class="${lookOf(document.strategies, strategy).name}"><text class="name" x="${WIDTH - NAMES + 6}" y="${at + 4}">${strategy.name}</text></g>`,
  );
  const totals = curves.map(
    ({ strategy: { name, regret } }) => `${name} ${formatNumber(regret?.total ?? null)}`,
  );
  return markup`<svg class="picture" viewBox="0 0 ${WIDTH} ${HEIGHT + FOOT}" role="img" aria-label="Cumulative regret at the end: ${totals.join(', ')}.">
${levels}<line class="axis" x1="${LEFT}" x2="${WIDTH - NAMES}" y1="${y.at(0)}" y2="${y.at(0)}"/>
${driftLines(document, frame, HEIGHT)}${lines}${names}${months(frame, HEIGHT)}
</svg>`;
}

function runningSums({
  windows,
}: BacktestStrategy): readonly { readonly ms: number; readonly sum: number }[] {
  let sum = 0;
  return windows.map(({ window, regret }) => {
    sum += regret ?? 0;
    return { ms: Date.parse(window.end), sum };
  });
}

/** Names that would lie on one another are moved apart, in the order of their lines. */
export function apart<T extends { readonly y: number }>(items: readonly T[]): readonly T[] {
  const sorted = items.toSorted((a, b) => a.y - b.y);
  let last = Number.NEGATIVE_INFINITY;
  const moved = sorted.map((item) => {
    last = Math.max(item.y, last + LINE_HEIGHT);
    return { ...item, y: last };
  });
  const over = Math.max(0, last - (HEIGHT + 6));
  // What was pushed below the picture pushes back.
  let limit = Number.POSITIVE_INFINITY;
  return moved
    .toReversed()
    .map((item) => {
      const y = over === 0 ? item.y : Math.min(item.y, limit, HEIGHT + 6);
      limit = y - LINE_HEIGHT;
      return { ...item, y };
    })
    .toReversed();
}
