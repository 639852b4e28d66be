import {
  gainOver,
  type Halving,
  type TrialReport,
  type TuningGoal,
} from '../../contracts/index.js';

/** A trial as far as it is compared with others. */
export interface Entrant {
  readonly number: number;
  /** By rung, from the first. */
  readonly reports: readonly TrialReport[];
  /** It tells no more. */
  readonly hasEnded: boolean;
}

/** A trial that does not pass a rung. */
export interface Loser {
  readonly number: number;
  readonly rung: number;
}

/**
 * Adds what a trial told to what it told before: it counts for every rung that it has come to with
 * it, and a rung keeps the first that counted.
 *
 * @param rungs - steps, ascending
 */
export function withReport(
  reports: readonly TrialReport[],
  rungs: readonly number[],
  { step, value }: Pick<TrialReport, 'step' | 'value'>,
): readonly TrialReport[] {
  const reached = rungs.filter((at) => at <= step).length;
  const added = Array.from({ length: Math.max(0, reached - reports.length) }, (_, index) => {
    return { rung: reports.length + index, step, value };
  });
  return added.length === 0 ? reports : [...reports, ...added];
}

/**
 * Successive halving: of the trials of a bracket that came to a rung, one in `factor` passes it, at
 * least one. A rung is decided once every trial that is still in has come to it or has ended before, so
 * that what is decided hangs on the values alone and never on who was quicker.
 *
 * @returns every trial that does not pass a rung, as far as can be told yet
 * @see K. Jamieson, A. Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization, 2016
 */
export function losersOfBracket(
  bracket: readonly Entrant[],
  { rungs, factor }: Pick<Required<Halving>, 'rungs' | 'factor'>,
  goal: TuningGoal,
): readonly Loser[] {
  const losers: Loser[] = [];
  let left = bracket;
  for (const rung of rungs.keys()) {
    const came = left.filter(({ reports }) => reports[rung] !== undefined);
    if (left.some(({ reports, hasEnded }) => reports[rung] === undefined && !hasEnded)) break;
    const ranked = [...came].sort((a, b) => {
      return compare(a.reports[rung], b.reports[rung], goal) || a.number - b.number;
    });
    const passing = placesAt(ranked.length, factor);
    losers.push(...ranked.slice(passing).map(({ number }) => ({ number, rung })));
    left = ranked.slice(0, passing);
  }
  return losers;
}

/**
 * Asynchronous successive halving, by stopping: a trial that comes to a rung passes it when it is
 * among the best one in `factor` of those that have come there so far, itself included, and at least
 * the best. The first passes always.
 *
 * @param before - values of those that came to the rung before
 * @see L. Li et al., A System for Massively Parallel Hyperparameter Tuning, 2020
 */
export function passesRung(
  value: number,
  before: readonly number[],
  factor: number,
  goal: TuningGoal,
): boolean {
  const ahead = before.filter((other) => gainOver(other, value, goal) >= 0);
  return ahead.length < placesAt(before.length + 1, factor);
}

function placesAt(trials: number, factor: number): number {
  return Math.max(1, Math.floor(trials / factor));
}

function compare(a: TrialReport | undefined, b: TrialReport | undefined, goal: TuningGoal): number {
  return gainOver(b?.value ?? 0, a?.value ?? 0, goal);
}
