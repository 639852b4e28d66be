import type {
  Halving,
  Trial,
  TrialReport,
  TrialReported,
  TuningGoal,
} from '../../contracts/index.js';
import { losersOfBracket, passesRung, withReport } from './halving.js';

/** What the trials of a search tell while they work, and which of them are ended for it. */
export interface TrialRace {
  /** Called before the first trial of a batch begins. */
  goBy(halving: Required<Halving> | null, goal: TuningGoal, ended: readonly Trial[]): void;
  begin(number: number): void;
  /** Of trials that are not under way, and of rungs that are known, nothing is kept. */
  receive(report: TrialReported): void;
  /** It tells no more than this; reports that are known are dropped. */
  end(number: number, reports: readonly Pick<TrialReport, 'step' | 'value'>[]): void;
  reportsOf(number: number): readonly TrialReport[];
  /** Index of the rung that a trial did not pass; `null` where it is in. */
  prunedAt(number: number): number | null;
}

interface Runner {
  readonly reports: readonly TrialReport[];
  readonly hasEnded: boolean;
  readonly prunedAt: number | null;
}

/** A race that nobody has entered. It knows nothing of time: the same calls give the same losers. */
export function createTrialRace(): TrialRace {
  const runners = new Map<number, Runner>();
  /** Values by rung, of asynchronous halving: in the order in which they came. */
  let values: number[][] = [];
  let rule: Required<Halving> | null = null;
  let goal: TuningGoal = 'minimise';

  function receive({ number, step, value }: TrialReported): void {
    const runner = runners.get(number);
    if (rule === null || runner === undefined || runner.hasEnded) return;
    const reports = withReport(runner.reports, rule.rungs, { step, value });
    if (reports === runner.reports) return;
    runners.set(number, { ...runner, reports });
    if (rule.asynchronous) judge(number, runner.reports.length);
    else decide();
  }

  /** By the rungs that a trial just came to; one that is out counts no more. */
  function judge(number: number, firstNew: number): void {
    const runner = runners.get(number);
    if (rule === null || runner === undefined || runner.prunedAt !== null) return;
    for (const { rung, value } of runner.reports.slice(firstNew)) {
      const before = values[rung] ?? [];
      values[rung] = [...before, value];
      if (passesRung(value, before, rule.factor, goal)) continue;
      runners.set(number, { ...runner, prunedAt: rung });
      return;
    }
  }

  /** The runners that are known are one bracket. */
  function decide(): void {
    if (rule === null) return;
    const bracket = [...runners].map(([number, runner]) => ({ number, ...runner }));
    for (const { number, rung } of losersOfBracket(bracket, rule, goal)) {
      const runner = runners.get(number);
      if (runner?.prunedAt === null) runners.set(number, { ...runner, prunedAt: rung });
    }
  }

  return {
    receive,
    goBy(halving, towards, ended) {
      rule = halving;
      goal = towards;
      if (halving === null || !halving.asynchronous) runners.clear();
      else if (values.length === 0) values = valuesByRung(halving, ended);
    },
    begin(number) {
      runners.set(number, { reports: [], hasEnded: false, prunedAt: null });
    },
    end(number, told) {
      for (const report of told) receive({ number, ...report });
      const runner = runners.get(number);
      if (runner === undefined) return;
      runners.set(number, { ...runner, hasEnded: true });
      if (rule?.asynchronous === false) decide();
    },
    reportsOf: (number) => runners.get(number)?.reports ?? [],
    prunedAt: (number) => runners.get(number)?.prunedAt ?? null,
  };
}

/** Of a search that goes on in a new history. */
function valuesByRung({ rungs }: Halving, ended: readonly Trial[]): number[][] {
  return rungs.map((_, index) =>
    ended.flatMap(({ reports = [] }) =>
      reports.flatMap(({ rung, value }) => (rung === index ? [value] : [])),
    ),
  );
}
