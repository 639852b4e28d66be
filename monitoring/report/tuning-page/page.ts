import type { SearchImportance, Trial, TuningHistory } from '../../../contracts/index.js';
import { formatNumber } from '../drift-page/numbers.js';
import { type AboutPage, pageFrame } from '../page/frame.js';
import { type Markup, markup } from '../page/markup.js';
import { THEME_SCRIPT } from '../page/theme-script.js';
import { bestSoFar, STOPPED } from './best-so-far.js';
import { importanceSection, METHOD } from './importance.js';
import { rungSection } from './rungs.js';
import { type ScatterPoint, scatter } from './scatter.js';
import { STYLE } from './style.js';
import { shown, trialTable } from './trial-table.js';

export interface AboutTuningPage extends AboutPage {
  /** The run and the step. */
  readonly title: string;
}

/**
 * A search as one self-contained HTML page: the scores over the trials, what each parameter explains
 * of them, a slice by each parameter, and every trial in a table.
 *
 * @example tuningPage(history, importance, { title: 'run 0189… step tune', generatedAt: '2026-01-31T12:00:00Z' });
 */
export function tuningPage(
  history: TuningHistory,
  importance: SearchImportance,
  about: AboutTuningPage,
): string {
  const { trials, metric, best } = history;
  const winner = trials.find(({ number }) => number === best);
  const headline =
    winner?.score == null
      ? `None of ${trials.length} trials gave ${metric}`
      : `${metric} ${formatNumber(winner.score)} in trial ${winner.number} of ${trials.length}`;
  return pageFrame(
    {
      title: `${headline}: ${about.title}`,
      style: STYLE,
      script: THEME_SCRIPT,
      skipTo: { id: 'trials', name: 'trials' },
      eyebrow: about.title,
      head: markup`<h1>${headline}</h1>
<p>${aboutSearch(history)}</p>
${winner === undefined ? null : markup`<p class="params">${paramsText(winner)}</p>`}`,
      main: markup`<section><h2>History</h2>${overTrials(history)}</section>
${rungSection(history)}${importanceSection(importance)}
<section><h2>Slices</h2>${Object.keys(history.space).map((name) => slice(history, name))}</section>
<section><h2 id="trials">Trials</h2>${trialTable(history)}</section>
`,
      footnote: `Importance: ${METHOD[importance.evaluator]} Trials without a score do not count.`,
    },
    about,
  );
}

function aboutSearch({ method, goal, metric, seed, stopped, trials }: TuningHistory): string {
  const of = (status: string) => trials.filter((trial) => trial.status === status).length;
  const counts = ['completed', 'pruned', 'failed', 'rejected', 'cancelled'].flatMap((status) => {
    const count = of(status);
    return count === 0 ? [] : [`${count} ${status}`];
  });
  return `${method}, ${goal} ${metric}, seed ${seed}. ${counts.join(', ')}; it ended since ${STOPPED[stopped]}.`;
}

function pointsOf(
  { trials, best, metric }: TuningHistory,
  x: (trial: Trial) => number | string | null,
): readonly ScatterPoint[] {
  return trials.flatMap((trial) => {
    const at = x(trial);
    if (trial.score === null || at === null) return [];
    const name = `trial ${trial.number}: ${metric} ${formatNumber(trial.score)}, ${paramsText(trial)}`;
    return [{ x: at, y: trial.score, name, isBest: trial.number === best }];
  });
}

function overTrials(history: TuningHistory): Markup | null {
  const line = bestSoFar(history).flatMap(({ trial, best }): (readonly [number, number])[] =>
    best === null ? [] : [[trial, best]],
  );
  return scatter(
    pointsOf(history, ({ number }) => number),
    {
      title: 'Scores as they came, and the best so far',
      xLabel: 'trials',
      yLabel: history.metric,
      line,
    },
  );
}

function slice(history: TuningHistory, name: string): Markup | null {
  const dimension = history.space[name];
  const positionOf = ({ params }: Trial) => {
    const value = params[name];
    if (value === undefined || value === null) return null;
    return typeof value === 'number' && dimension?.choice === undefined ? value : String(value);
  };
  return scatter(pointsOf(history, positionOf), {
    title: name,
    xLabel: name,
    yLabel: history.metric,
    log: dimension?.log === true,
  });
}

function paramsText({ params }: Trial): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${shown(value)}`)
    .join(' ');
}
