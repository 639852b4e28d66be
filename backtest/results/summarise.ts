import type {
  BacktestDecision,
  BacktestDocument,
  BacktestEvent,
  BacktestStrategy,
  BacktestVerdict,
  BacktestWindow,
  MonitorSpec,
  TimeWindow,
} from '../../contracts/index.js';
import type { Replay, ReplayedDecision, ReplayedWindow } from '../replay/replay.js';
import { driftFindings } from './drift-findings.js';

/** Mean errors that differ by no more than this share count as equal. */
export const WITHIN = 0.05;

/** What a strategy came to, beside the oracle's life over the same windows. */
export function summarise(
  replay: Replay,
  oracle: Replay | null,
  settings: {
    readonly pricePerSecond: number;
    readonly driftsMs: readonly number[];
    readonly everyMs: number;
  },
): BacktestStrategy {
  const { strategy, events, trainingSeconds } = replay;
  const decisions = replay.decisions.map(inShort);
  const windows = replay.windows.map((own, index) => ({
    ...withRegret(own, oracle?.windows[index]),
    verdict: verdictIn(own.window, decisions),
  }));
  const regrets = windows.flatMap(({ regret }) => (regret === null ? [] : [regret]));
  const total = regrets.reduce((sum, regret) => sum + regret, 0);
  const decides = strategy.decides && settings.driftsMs.length > 0;
  return {
    name: strategy.name,
    kind: strategy.kind,
    meanError: meanError(replay.windows),
    retrains: retrainsOf(events),
    rollbacks: events.filter(({ kind }) => kind === 'rollback').length,
    held: heldBy(events),
    regret: regrets.length === 0 ? null : { total, mean: total / regrets.length },
    trainingSeconds: Number(trainingSeconds.toFixed(3)),
    cost: Number((trainingSeconds * settings.pricePerSecond).toPrecision(6)),
    drifts: decides ? driftFindings(replay.decisions, settings.driftsMs, settings.everyMs) : null,
    windows,
    cutBy: strategy.decides ? cutBy(strategy.monitor.window) : null,
    decisions,
    events,
  };
}

function cutBy({ everyMs, slideMs, rows }: MonitorSpec['window']): BacktestStrategy['cutBy'] {
  return {
    everyMs,
    ...(slideMs !== undefined && { slideMs }),
    ...(rows !== undefined && { rows }),
  };
}

function inShort({ window, decidedAt, verdict }: ReplayedDecision): BacktestDecision {
  const { kind, action, reason } = verdict;
  return { window, decidedAt, verdict: { kind, action, reason } };
}

/** What the last window that ends in this one was found to be. */
function verdictIn(
  { start, end }: TimeWindow,
  decisions: readonly BacktestDecision[],
): BacktestVerdict | null {
  const ended = decisions.findLast(({ window }) => window.end > start && window.end <= end);
  return ended?.verdict ?? null;
}

/** Windows count alike, however many rows they have; those without a label do not. */
export function meanError(windows: readonly Pick<ReplayedWindow, 'error'>[]): number | null {
  const errors = windows.flatMap(({ error }) => (error === null ? [] : [error]));
  return errors.length === 0 ? null : errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

export function cheapestOf(strategies: readonly BacktestStrategy[]): BacktestDocument['cheapest'] {
  const real = strategies.filter(({ kind }) => kind !== 'oracle');
  const errors = real.flatMap((item) => (item.meanError === null ? [] : [item.meanError]));
  const bestMeanError = errors.length === 0 ? null : Math.min(...errors);
  return {
    within: WITHIN,
    bestMeanError,
    cadence: cheapest(real.filter(({ kind }) => kind !== 'policy')),
    strategy: cheapest(real),
  };
}

/** Fewest training seconds among those within reach of their own best. */
function cheapest(strategies: readonly BacktestStrategy[]): string | null {
  const measured = strategies.flatMap((item) =>
    item.meanError === null ? [] : [{ ...item, meanError: item.meanError }],
  );
  const best = Math.min(...measured.map((item) => item.meanError));
  const near = measured.filter((item) => item.meanError <= best + WITHIN * Math.abs(best));
  const first = near.toSorted(
    (a, b) => a.trainingSeconds - b.trainingSeconds || a.meanError - b.meanError,
  )[0];
  return first?.name ?? null;
}

function withRegret(
  { window, rows, labelledRows, versions, error }: ReplayedWindow,
  oracle: ReplayedWindow | undefined,
): Omit<BacktestWindow, 'verdict'> {
  const other = oracle?.error ?? null;
  const regret = error === null || other === null ? null : error - other;
  return { window, rows, labelledRows, versions, error, regret };
}

/** The first promotion is that of the model which all strategies begin with. */
function retrainsOf(events: readonly BacktestEvent[]): BacktestStrategy['retrains'] {
  const count = (kind: BacktestEvent['kind']) =>
    events.filter((event) => event.kind === kind).length;
  const [started, failed] = [count('retrain'), count('failure')];
  const promoted = Math.max(0, count('promotion') - 1);
  return { started, promoted, kept: Math.max(0, started - promoted - failed), failed };
}

function heldBy(events: readonly BacktestEvent[]): { readonly [guard: string]: number } {
  const held: Record<string, number> = {};
  for (const { kind, guard = 'refused' } of events) {
    if (kind === 'held') held[guard] = (held[guard] ?? 0) + 1;
  }
  return held;
}
