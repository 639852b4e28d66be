import {
  type BacktestDocument,
  type BacktestStrategy,
  formatDurationMs,
} from '../../../contracts/index.js';
import { formatNumber, formatShare } from '../drift-page/numbers.js';
import { type Markup, markup } from '../page/markup.js';
import { cutLines } from './cut-words.js';

/** The page's first line: what a reader wants to know. */
export function headline({ strategies, metric }: BacktestDocument): string {
  const policy = strategies.find(({ kind }) => kind === 'policy');
  const others = strategies.filter(({ kind }) => kind === 'cadence' || kind === 'never');
  const best = others.toSorted((a, b) => errorOf(a) - errorOf(b))[0];
  if (policy === undefined || best === undefined || policy.meanError === null) {
    return 'Strategies compared';
  }
  const difference = (errorOf(policy) - errorOf(best)) / Math.abs(errorOf(best));
  const than = `${best.name} with ${best.retrains.started} retrains`;
  const how = `${policy.name}, with ${policy.retrains.started} retrains,`;
  if (Math.abs(difference) < 0.005) return `${how} is as good as ${than}`;
  const word = difference > 0 ? 'larger' : 'smaller';
  return `${how} has a ${metric.error} ${formatShare(Math.abs(difference))} ${word} than ${than}`;
}

export function conclusions(document: BacktestDocument): Markup {
  const { cheapest, strategies } = document;
  const within = formatShare(cheapest.within);
  const named = (name: string | null) => {
    const item = strategies.find((strategy) => strategy.name === name);
    return item === undefined
      ? 'none'
      : `${item.name} (${formatNumber(item.meanError)}, ${item.retrains.started} retrains)`;
  };
  const lines = [
    `Cheapest cadence within ${within} of the best: ${named(cheapest.cadence)}.`,
    `Cheapest of all within ${within} of the best: ${named(cheapest.strategy)}.`,
    ...strategies.flatMap(driftLine),
    ...cutLines(document).map((line) => `${line}.`),
  ];
  return markup`<ul class="conclusions">${lines.map((line) => markup`<li>${line}</li>`)}</ul>`;
}

function driftLine({ name, drifts }: BacktestStrategy): string[] {
  if (drifts === null) return [];
  const known = drifts.detected + drifts.missed;
  const delays = drifts.delaysMs.map(formatDurationMs).join(', ');
  return [
    `${name}: ${drifts.detected} of ${known} known drifts found${delays === '' ? '' : ` after ${delays}`}; ${drifts.falseAlarms} of ${drifts.alarms} alarms were false.`,
  ];
}

function errorOf({ meanError }: BacktestStrategy): number {
  return meanError ?? Number.POSITIVE_INFINITY;
}
