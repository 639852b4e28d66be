import type { Trial, TuningHistory } from '../../contracts/index.js';
import type { Style } from '../render/style.js';
import { type Cell, renderTable } from '../render/table.js';

/** A search as words: its best trial, what its parameters explain, and every trial. */
export function tuningLines(
  history: TuningHistory,
  width: number,
  style: Style,
): readonly string[] {
  const { trials, metric, best, importance } = history;
  const winner = trials.find(({ number }) => number === best);
  const head =
    winner?.score == null
      ? style.red(`none of ${trials.length} trials gave ${metric}`)
      : `${style.bold(`${metric} ${short(winner.score)}`)} in trial ${winner.number} of ${trials.length}`;
  const { method, seed, goal, stopped } = history;
  const about = style.dim(`${method}, ${goal}, seed ${seed}; ended by ${stopped}`);
  return [
    `${head}  ${about}`,
    '',
    ...importanceLines(importance, width, style),
    '',
    ...trialLines(history, width, style),
  ];
}

function importanceLines(
  importance: TuningHistory['importance'],
  width: number,
  style: Style,
): readonly string[] {
  const rows = importance.map(({ parameter, share }): readonly Cell[] => [
    parameter,
    share === null ? 'not known' : `${(share * 100).toFixed(0)} %`,
  ]);
  return renderTable(
    [
      { title: 'parameter', shrinkTo: 12 },
      { title: 'explains', align: 'right' },
    ],
    rows,
    width,
    style,
  );
}

function trialLines(
  { trials, space, metric, best }: TuningHistory,
  width: number,
  style: Style,
): readonly string[] {
  const names = Object.keys(space);
  const rows = trials.map((trial): readonly Cell[] => [
    trial.number === best ? { text: `${trial.number} *`, paint: style.green } : `${trial.number}`,
    trial.score === null ? { text: trial.status, paint: style.red } : short(trial.score),
    ...names.map((name) => shown(trial, name)),
    trial.runId,
  ]);
  return renderTable(
    [
      { title: 'trial' },
      { title: metric, align: 'right' },
      ...names.map((title) => ({ title, align: 'right' as const, shrinkTo: 6 })),
      { title: 'run', shrinkTo: 8, dropOrder: 1 },
    ],
    rows,
    width,
    style,
  );
}

function shown({ params }: Trial, name: string): string {
  const value = params[name];
  if (value === undefined || value === null) return '';
  return typeof value === 'number' ? short(value) : String(value);
}

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
}
