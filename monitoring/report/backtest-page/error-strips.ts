import type { BacktestDocument, BacktestStrategy } from '../../../contracts/index.js';
import { formatNumber } from '../drift-page/numbers.js';
import { type Markup, markup } from '../page/markup.js';
import { lookOf } from './colours.js';
import { linear, pathThrough, type Scale } from './scale.js';
import { driftLines, LEFT, months, RIGHT, type TimeFrame, timeFrame, WIDTH } from './time-frame.js';

const STRIP = 96;
const TOP = 22;
const FOOT = 24;

/**
 * The error of each strategy over time, one below the other on the same scale: its own line, the
 * oracle's behind it, a triangle where a version was promoted (up) or rolled back (down).
 */
export function errorStrips(document: BacktestDocument): Markup {
  const shown = document.strategies.filter(({ kind }) => kind !== 'oracle');
  const oracle = document.strategies.find(({ kind }) => kind === 'oracle');
  const most = Math.max(
    ...document.strategies.flatMap(({ windows }) => windows.map(({ error }) => error ?? 0)),
  );
  const frame = timeFrame(document);
  const height = shown.length * (TOP + STRIP) + FOOT;
  const strips = shown.map((strategy, i) => {
    const top = i * (TOP + STRIP) + TOP;
    const y = linear(0, most, top + STRIP, top + 4);
    return strip(document, strategy, oracle, { frame, y, top });
  });
  return markup`<svg class="picture" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label(document, shown)}">
${strips}
${driftLines(document, frame, height - FOOT)}${months(frame, height - FOOT)}
</svg>`;
}

function strip(
  document: BacktestDocument,
  strategy: BacktestStrategy,
  oracle: BacktestStrategy | undefined,
  { frame, y, top }: { readonly frame: TimeFrame; readonly y: Scale; readonly top: number },
): Markup {
  const look = lookOf(document.strategies, strategy);
  const bottom = top + STRIP;
  const mean = strategy.meanError;
  const levels = y.ticks.map(
    (tick) =>
      markup`<line class="level" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.at(tick)}" y2="${y.at(tick)}"/><text class="tick" x="${LEFT - 6}" y="${y.at(tick) + 4}" text-anchor="end">${formatNumber(tick)}</text>`,
  );
  return markup`<g class="${look.name}">
${levels}<text class="name" x="${LEFT}" y="${top - 6}">${strategy.name}</text><text class="tick" x="${WIDTH - RIGHT}" y="${top - 6}" text-anchor="end">mean ${formatNumber(mean)} · ${strategy.retrains.started} retrains, ${strategy.retrains.promoted} promoted, ${strategy.rollbacks} rollbacks</text>
${oracle === undefined ? null : markup`<path class="behind" d="${linePath(oracle, frame, y)}"/>`}<path class="own" d="${linePath(strategy, frame, y)}"/>
<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${bottom}" y2="${bottom}"/>${marks(strategy, frame, bottom)}
</g>`;
}

export function linePath({ windows }: BacktestStrategy, { x }: TimeFrame, y: Scale): string {
  return pathThrough(
    windows.map(({ window, error }) => {
      const middle = (Date.parse(window.start) + Date.parse(window.end)) / 2;
      return error === null ? null : [x.at(middle), y.at(error)];
    }),
  );
}

function marks({ events }: BacktestStrategy, frame: TimeFrame, bottom: number): Markup[] {
  return events.flatMap(({ kind, at, reason }) => {
    const ms = Date.parse(at);
    // The first model is there before anything is replayed.
    if (ms <= frame.startMs || ms > frame.endMs) return [];
    const x = frame.x.at(ms);
    const title = markup`<title>${at}: ${kind}; ${reason}</title>`;
    if (kind === 'promotion') {
      return [
        markup`<path class="mark" d="M${x - 4} ${bottom}L${x} ${bottom - 8}L${x + 4} ${bottom}Z">${title}</path>`,
      ];
    }
    if (kind !== 'rollback') return [];
    return [
      markup`<path class="mark" d="M${x - 4} ${bottom - 8}L${x} ${bottom}L${x + 4} ${bottom - 8}Z">${title}</path>`,
    ];
  });
}

function label({ metric, windows }: BacktestDocument, shown: readonly BacktestStrategy[]): string {
  const means = shown.map(({ name, meanError }) => `${name} ${formatNumber(meanError)}`);
  return `${metric.error} over ${windows.count} windows; means: ${means.join(', ')}.`;
}
