import { type BacktestDocument, formatDurationMs } from '../../../contracts/index.js';
import { formatDifference, formatNumber, NO_NUMBER } from '../drift-page/numbers.js';
import { type Markup, markup } from '../page/markup.js';

/** Every figure of every strategy. */
export function strategyTable(document: BacktestDocument): Markup {
  const hasDrifts = document.knownDrifts.length > 0;
  const titles = [
    'retrains',
    'promoted',
    'kept',
    'failed',
    'rollbacks',
    'held by a guard',
    'training',
    'cost',
    ...(hasDrifts ? ['alarms', 'false', 'found', 'missed'] : []),
  ];
  const rows = document.strategies.map((item) => {
    const { retrains, drifts } = item;
    const numbers = [
      retrains.started,
      retrains.promoted,
      retrains.kept,
      retrains.failed,
      item.rollbacks,
      Object.entries(item.held)
        .map(([guard, times]) => `${guard} ${times}`)
        .join(', ') || '0',
      formatDurationMs(item.trainingSeconds * 1_000),
      formatNumber(item.cost),
      ...(hasDrifts
        ? [drifts?.alarms, drifts?.falseAlarms, drifts?.detected, drifts?.missed].map(
            (value) => value ?? NO_NUMBER,
          )
        : []),
    ];
    const regret =
      item.kind === 'oracle' || item.regret === null
        ? NO_NUMBER
        : formatDifference(item.regret.mean);
    return markup`<tr><th scope="row">${item.name}</th><td class="n">${formatNumber(item.meanError)}</td><td class="n">${regret}</td>${numbers.map((value) => markup`<td class="n">${value}</td>`)}</tr>
`;
  });
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Strategies in numbers"><table>
<thead><tr><th scope="col">strategy</th><th scope="col" class="n">mean ${document.metric.error}</th><th scope="col" class="n">regret a window</th>${titles.map((title) => markup`<th scope="col" class="n">${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}
