import type { BacktestTuning, TuneFigures } from '../../../contracts/index.js';
import { formatNumber } from '../drift-page/numbers.js';
import { type Markup, markup } from '../page/markup.js';

const SHOWN_TRIALS = 15;

/** What the search tried, and what its choice was worth on windows that had no part in it. */
export function tuningSection(tuning: BacktestTuning | null): Markup | null {
  if (tuning === null) return null;
  const { best, present, trials, split, trainWindows, testWindows, seed } = tuning;
  const cells = ({ train, test }: { readonly train: TuneFigures; readonly test: TuneFigures }) =>
    [train, test].flatMap(({ meanError, retrains }) => [
      markup`<td class="n">${formatNumber(meanError)}</td>`,
      markup`<td class="n">${retrains}</td>`,
    ]);
  const tried = trials
    .toSorted((a, b) => (a.train.objective ?? Infinity) - (b.train.objective ?? Infinity))
    .slice(0, SHOWN_TRIALS);
  return markup`<section aria-labelledby="tuning"><h2 id="tuning">Tuned policy</h2>
<p class="method-line">${trials.length} settings (seed ${seed}) were tried on the ${trainWindows} windows before ${split}; the ${testWindows} after it had no part in the choice.${tuning.stoppedEarly ? ' The time was up before all were tried.' : ''}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Tuned settings"><table>
<thead><tr><th scope="col">settings</th><th scope="col" class="n">error, chosen on</th><th scope="col" class="n">retrains</th><th scope="col" class="n">error, after</th><th scope="col" class="n">retrains</th></tr></thead>
<tbody><tr><th scope="row">of the file</th>${cells(present)}</tr><tr><th scope="row">best found: ${settingsText(best.settings)}</th>${cells(best)}</tr></tbody></table></div>
<details class="members"><summary>The ${tried.length} best of ${trials.length} trials</summary><ol>${tried.map(({ settings, train }) => markup`<li>${settingsText(settings)}: error ${formatNumber(train.meanError)}, ${train.retrains} retrains</li>`)}</ol></details></section>
`;
}

function settingsText(settings: { readonly [name: string]: number | string }): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
