import type { Trial, TuningHistory } from '../../../contracts/index.js';
import { formatNumber } from '../drift-page/numbers.js';
import { linearScale, round } from '../explanation-page/scale.js';
import { type Markup, markup } from '../page/markup.js';

const WIDTH = 760;
const HEIGHT = 260;
const LEFT = 80;
const RIGHT = 20;
const TOP = 12;
const FOOT = 34;

/** What the trials told at the rungs: one line a trial, that of a pruned one ends where it was left behind. */
export function rungSection({ halving, trials, best }: TuningHistory): Markup | null {
  if (halving === null) return null;
  const told = trials.filter(({ reports = [] }) => reports.length > 0);
  const values = told.flatMap(({ reports = [] }) => reports.map(({ value }) => value));
  const { rungs, factor, asynchronous, metric } = halving;
  const kind = asynchronous ? 'asynchronous successive halving' : 'successive halving';
  const counts = rungs.map(
    (step, rung) =>
      markup`<tr><th scope="row">${rung}</th><td>${step}</td><td>${told.filter(({ reports = [] }) => reports[rung] !== undefined).length}</td><td>${trials.filter(({ prunedAt }) => prunedAt === rung).length}</td></tr>\n`,
  );
  const picture =
    values.length === 0
      ? null
      : markup`<figure>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${metric} at each rung, one line a trial">
<line x1="${LEFT}" y1="${HEIGHT - FOOT}" x2="${WIDTH - RIGHT}" y2="${HEIGHT - FOOT}" class="axis"/>
<line x1="${LEFT}" y1="${TOP}" x2="${LEFT}" y2="${HEIGHT - FOOT}" class="axis"/>
${lines(told, values, rungs, best)}
</svg>
<figcaption>${metric} at the rungs: a line ends where its trial was left behind</figcaption>
</figure>
`;
  return markup`<section><h2>Rungs</h2><p>${kind}: one in ${factor} goes on.</p>${picture}<table><thead><tr><th>rung</th><th>step</th><th>came</th><th>pruned</th></tr></thead><tbody>${counts}</tbody></table></section>
`;
}

function lines(
  told: readonly Trial[],
  values: readonly number[],
  rungs: readonly number[],
  best: number | null,
): Markup {
  const across = linearScale(0, Math.max(1, rungs.length - 1), LEFT + 24, WIDTH - RIGHT - 24);
  const up = linearScale(Math.min(...values), Math.max(...values), HEIGHT - FOOT - 8, TOP + 8);
  const paths = told.map((trial) => {
    const { reports = [], number, prunedAt } = trial;
    const points = reports.map(
      ({ rung, value }) => `${round(across.at(rung))},${round(up.at(value))}`,
    );
    const last = reports.at(-1);
    const name = `trial ${number}${prunedAt === undefined ? '' : `, pruned at rung ${prunedAt}`}: ${reports.map(({ step, value }) => `step ${step} ${formatNumber(value)}`).join(', ')}`;
    const kind = number === best ? 'best' : prunedAt === undefined ? 'passed' : 'pruned';
    return markup`<g class="rung-line ${kind}"><title>${name}</title><polyline points="${points.join(' ')}"/>${last === undefined ? null : markup`<circle cx="${round(across.at(last.rung))}" cy="${round(up.at(last.value))}" r="${kind === 'pruned' ? 3 : 5}"/>`}</g>`;
  });
  const ticks = rungs.map(
    (step, rung) =>
      markup`<text x="${round(across.at(rung))}" y="${HEIGHT - FOOT + 16}" text-anchor="middle">step ${step}</text>`,
  );
  const levels = [...new Set([Math.min(...values), Math.max(...values)])].map(
    (value) =>
      markup`<text x="${LEFT - 8}" y="${round(up.at(value) + 4)}" text-anchor="end">${formatNumber(value)}</text>`,
  );
  return markup`${paths}${ticks}${levels}`;
}
