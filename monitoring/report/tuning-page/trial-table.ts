import type { Trial, TuningHistory } from '../../../contracts/index.js';
import { formatNumber } from '../drift-page/numbers.js';
import { type Markup, markup } from '../page/markup.js';

/** Every trial: its score or what became of it, its parameters, how long it took, its run. */
export function trialTable({ trials, metric, best, space }: TuningHistory): Markup {
  const names = Object.keys(space);
  const rows = trials.map(
    (trial) =>
      markup`<tr${trial.number === best ? markup` class="best"` : null}><th scope="row">${trial.number}</th><td${trial.detail === null ? null : markup` title="${trial.detail}"`}>${outcomeOf(trial)}</td>${names.map((name) => markup`<td>${shown(trial.params[name])}</td>`)}<td>${formatNumber(trial.durationMs / 1_000)} s</td><td class="run">${trial.runId}</td></tr>\n`,
  );
  return markup`<div class="wide"><table><thead><tr><th>trial</th><th>${metric}</th>${names.map((name) => markup`<th>${name}</th>`)}<th>took</th><th>run</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function outcomeOf({ score, status, prunedAt }: Trial): string {
  if (score !== null) return formatNumber(score);
  return prunedAt === undefined ? status : `${status} at rung ${prunedAt}`;
}

/** The value of a parameter, empty where it did not count. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'number' ? formatNumber(value) : String(value);
}
