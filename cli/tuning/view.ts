import type { SearchImportance, Trial, TuningHistory } from '../../contracts/index.js';
import { aboutImportance, bestSoFar, STOPPED } from '../../monitoring/report/tuning-page/index.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable } from '../render/table.js';

/** A search as words: its best trial, what its parameters explain, and every trial. */
export function tuningLines(
  history: TuningHistory,
  importance: SearchImportance,
  width: number,
  style: Style,
): readonly string[] {
  const { trials, metric, best } = history;
  const winner = trials.find(({ number }) => number === best);
  const head =
    winner?.score == null
      ? style.red(`none of ${trials.length} trials gave ${metric}`)
      : `${style.bold(`${metric} ${short(winner.score)}`)} in trial ${winner.number} of ${trials.length}`;
  const { method, seed, goal, stopped } = history;
  const about = style.dim(`${method}, ${goal}, seed ${seed}; it ended since ${STOPPED[stopped]}`);
  return [
    `${head}  ${about}`,
    '',
    ...importanceLines(importance, width, style),
    '',
    ...rungLines(history, width, style),
    ...trialLines(history, width, style),
  ];
}

/** How many trials came to each rung, and how many it ended; nothing of a search without. */
function rungLines(
  { halving, trials }: TuningHistory,
  width: number,
  style: Style,
): readonly string[] {
  if (halving === null) return [];
  const rows = halving.rungs.map((step, rung): readonly Cell[] => [
    `${rung}`,
    `${step}`,
    `${trials.filter(({ reports = [] }) => reports[rung] !== undefined).length}`,
    `${trials.filter(({ prunedAt }) => prunedAt === rung).length}`,
  ]);
  const columns = ['rung', 'at step', 'came', 'pruned'].map((title) => ({
    title,
    align: 'right' as const,
  }));
  return [...renderTable(columns, rows, width, style), ''];
}

function importanceLines(
  importance: SearchImportance,
  width: number,
  style: Style,
): readonly string[] {
  const rows = importance.shares.map(({ parameter, share }): readonly Cell[] => [
    parameter,
    share === null ? 'not known' : `${(share * 100).toFixed(0)} %`,
  ]);
  const columns: readonly Column[] = [
    { title: 'parameter', shrinkTo: 12 },
    { title: 'explains', align: 'right' },
  ];
  const table = renderTable(columns, rows, width, style);
  return [...table, style.dim(aboutImportance(importance))];
}

function trialLines(history: TuningHistory, width: number, style: Style): readonly string[] {
  const { trials, space, metric, best } = history;
  const names = Object.keys(space);
  const course = bestSoFar(history);
  const rows = trials.map((trial, index): readonly Cell[] => {
    const so = course[index]?.best ?? null;
    return [
      trial.number === best ? { text: `${trial.number} *`, paint: style.green } : `${trial.number}`,
      outcomeOf(trial, style),
      so === null ? '' : short(so),
      ...names.map((name) => shown(trial, name)),
      `${short(trial.durationMs / 1_000)} s`,
      trial.runId,
    ];
  });
  return renderTable(
    [
      { title: 'trial' },
      { title: metric, align: 'right' },
      { title: 'best', align: 'right', dropOrder: 2 },
      ...names.map((title) => ({ title, align: 'right' as const, shrinkTo: 6 })),
      { title: 'took', align: 'right', dropOrder: 3 },
      { title: 'run', shrinkTo: 8, dropOrder: 1 },
    ],
    rows,
    width,
    style,
  );
}

function outcomeOf({ score, status, prunedAt }: Trial, style: Style): Cell {
  if (score !== null) return short(score);
  if (prunedAt !== undefined) return { text: `pruned at ${prunedAt}`, paint: style.dim };
  return { text: status, paint: style.red };
}

function shown({ params }: Trial, name: string): string {
  const value = params[name];
  if (value === undefined || value === null) return '';
  return typeof value === 'number' ? short(value) : String(value);
}

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
}
