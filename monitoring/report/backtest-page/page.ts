import { type BacktestDocument, formatDurationMs } from '../../../contracts/index.js';
import { type AboutPage, pageFrame } from '../page/frame.js';
import { markup } from '../page/markup.js';
import { THEME_SCRIPT } from '../page/theme-script.js';
import { conclusions, headline } from './conclusions.js';
import { errorStrips } from './error-strips.js';
import { regretChart } from './regret-chart.js';
import { strategyTable } from './strategy-table.js';
import { STYLE } from './style.js';
import { tradeOff } from './trade-off.js';
import { tuningSection } from './tuning-section.js';

/**
 * A backtest as one self-contained HTML page: no network, no file beside it. What comes from data is
 * escaped, and a Content-Security-Policy keeps the page from doing anything but showing itself.
 *
 * @example backtestPage(document, { generatedAt: '2026-01-31T12:00:00Z', version: '1.0.0' });
 */
export function backtestPage(document: BacktestDocument, about: AboutPage): string {
  const { windows, data, metric, price } = document;
  const title = `${document.pipeline}: backtest`;
  return pageFrame(
    {
      title,
      style: STYLE,
      script: THEME_SCRIPT,
      skipTo: { id: 'numbers', name: 'numbers' },
      eyebrow: title,
      head: markup`<h1>${headline(document)}</h1>
<p class="method-line">${windows.count} windows of ${formatDurationMs(windows.everyMs)}, from ${windows.from} to ${windows.to}, of <bdi>${data.source}</bdi>. Each strategy lived through them on a simulated clock: it trained on what was known then, and its answers were judged by the labels that came.</p>
${conclusions(document)}`,
      main: markup`<section aria-labelledby="errors"><h2 id="errors">Error over time</h2>
<div class="frame" tabindex="0" role="region" aria-label="Error over time">${errorStrips(document)}</div>
<p class="caption">${metric.error} of each window; lower is better. Behind each line the thin one of the oracle, which retrains at the end of every window. ▲ a version was promoted, ▼ rolled back.${document.knownDrifts.length > 0 ? ' Dashed: the drifts that are known.' : ''}</p></section>
<section aria-labelledby="regret"><h2 id="regret">Regret</h2>
<div class="frame" tabindex="0" role="region" aria-label="Regret">${regretChart(document)}</div>
<p class="caption">Sum of the differences to the oracle since the start. A line that falls was better than retraining every window.</p></section>
<section aria-labelledby="trade-off"><h2 id="trade-off">Cost and benefit</h2>
<div class="frame" tabindex="0" role="region" aria-label="Cost and benefit">${tradeOff(document)}</div>
<p class="caption">Mean error against what training cost, at ${price.perTrainingSecond} a second. The lower left is best.</p></section>
<section aria-labelledby="numbers"><h2 id="numbers" tabindex="-1">Numbers</h2>
${strategyTable(document)}</section>
${tuningSection(document.tuning)}`,
      footnote: null,
    },
    about,
  );
}
