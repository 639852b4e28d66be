import type { Explanation } from '../../../contracts/index.js';
import { formatNumber } from '../drift-page/numbers.js';
import { type Markup, markup } from '../page/markup.js';
import { byImportance, MOST_FEATURES, measureOf } from './by-importance.js';
import { linearScale, round, short } from './scale.js';

const WIDTH = 760;
const LEFT = 170;
const RIGHT = 90;
const ROW = 24;

/** A bar a feature, what matters most on top; what spreads over repetitions has whiskers. */
export function summaryBars(explanation: Explanation): Markup {
  const ranked = byImportance(explanation).slice(0, MOST_FEATURES);
  const ends = ranked.flatMap(({ importance, spread }) => [
    importance - (spread ?? 0),
    importance + (spread ?? 0),
  ]);
  const x = linearScale(Math.min(0, ...ends), Math.max(0, ...ends), LEFT, WIDTH - RIGHT);
  const bars = ranked.map(({ feature, importance, spread }, i) => {
    const y = i * ROW;
    const from = Math.min(x.at(0), x.at(importance));
    const whisker =
      spread === null
        ? null
        : markup`<line class="whisker" x1="${x.at(importance - spread)}" x2="${x.at(importance + spread)}" y1="${y + 11}" y2="${y + 11}"/>`;
    const end = Math.max(x.at(importance + (spread ?? 0)), x.at(0));
    return markup`<text x="${LEFT - 8}" y="${y + 15}" text-anchor="end">${short(feature)}</text><rect class="${importance < 0 ? 'less' : 'more'}" x="${from}" y="${y + 4}" width="${round(Math.abs(x.at(importance) - x.at(0)))}" height="14" rx="2"/>${whisker}<text class="quiet" x="${end + 8}" y="${y + 15}">${formatNumber(importance, 3)}</text>`;
  });
  const told = ranked.slice(0, 3).map((one) => `${one.feature} ${formatNumber(one.importance, 3)}`);
  return markup`<svg class="picture" viewBox="0 0 ${WIDTH} ${ranked.length * ROW + 4}" role="img" aria-label="Importance, ${measureOf(explanation)}: ${told.join(', ')}."><line class="axis" x1="${x.at(0)}" x2="${x.at(0)}" y1="0" y2="${ranked.length * ROW}"/>${bars}</svg>`;
}
