import type { BacktestDocument } from '../../../contracts/index.js';
import { formatNumber } from '../drift-page/numbers.js';
import { type Markup, markup } from '../page/markup.js';
import { lookOf } from './colours.js';
import { linear } from './scale.js';
import { LEFT, WIDTH } from './time-frame.js';

const HEIGHT = 260;
const FOOT = 40;
const NAMES = 110;
/** Above the largest and below the smallest value. */
const MARGIN = 0.08;

/** What each strategy cost against what it was worth: the lower left is best. */
export function tradeOff(document: BacktestDocument): Markup {
  const points = document.strategies.flatMap((strategy) =>
    strategy.meanError === null
      ? []
      : [{ strategy, cost: strategy.cost, error: strategy.meanError }],
  );
  const costs = points.map(({ cost }) => cost);
  const errors = points.map(({ error }) => error);
  const spread = (Math.max(...errors) - Math.min(...errors)) * MARGIN;
  const x = linear(0, Math.max(...costs) || 1, LEFT + 12, WIDTH - NAMES);
  const y = linear(Math.min(...errors) - spread, Math.max(...errors) + spread, HEIGHT, 8);
  const levels = y.ticks.map(
    (tick) =>
      markup`<line class="level" x1="${LEFT}" x2="${WIDTH - NAMES}" y1="${y.at(tick)}" y2="${y.at(tick)}"/><text class="tick" x="${LEFT - 6}" y="${y.at(tick) + 4}" text-anchor="end">${formatNumber(tick)}</text>`,
  );
  const prices = x.ticks.map(
    (tick) =>
      markup`<text class="tick" x="${x.at(tick)}" y="${HEIGHT + 16}" text-anchor="middle">${formatNumber(tick)}</text>`,
  );
  const dots = points.map(
    ({ strategy, cost, error }) =>
      markup`<g class="${lookOf(document.strategies, strategy).name}"><circle class="mark" cx="${x.at(cost)}" cy="${y.at(error)}" r="5"/><text class="name haloed" x="${x.at(cost) + 9}" y="${y.at(error) + (strategy.kind === 'oracle' ? 16 : -6)}">${strategy.name}</text></g>`,
  );
  const words = points.map(
    ({ strategy, cost, error }) =>
      `${strategy.name} ${formatNumber(error)} at ${formatNumber(cost)}`,
  );
  return markup`<svg class="picture" viewBox="0 0 ${WIDTH} ${HEIGHT + FOOT}" role="img" aria-label="Mean error and cost: ${words.join(', ')}.">
${levels}<line class="axis" x1="${LEFT}" x2="${WIDTH - NAMES}" y1="${HEIGHT}" y2="${HEIGHT}"/>${prices}<text class="tick" x="${(LEFT + WIDTH - NAMES) / 2}" y="${HEIGHT + 34}" text-anchor="middle">cost of training</text>
${dots}
</svg>`;
}
