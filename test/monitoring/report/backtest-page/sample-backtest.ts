import type {
  BacktestDocument,
  BacktestEvent,
  BacktestStrategy,
  StrategyKind,
} from '../../../../contracts/index.js';
import { windowFrom } from '../../../../monitoring/drift/index.js';

const WEEK_MS = 7 * 86_400_000;
const START_MS = Date.UTC(2024, 0, 1);
const WEEKS = 30;

/** What would be run as HTML or script if it were not escaped. */
export const HOSTILE = `</text><script>alert(1)</script>"'&`;

/** Errors of weeks: those of the oracle are 1. */
function strategy(
  name: string,
  kind: StrategyKind,
  errorOf: (week: number) => number,
): BacktestStrategy {
  const windows = Array.from({ length: WEEKS }, (_, week) => {
    const error = errorOf(week);
    return {
      window: windowFrom(START_MS + week * WEEK_MS, WEEK_MS),
      rows: 100,
      labelledRows: 100,
      versions: [1],
      error,
      regret: error - 1,
      verdict: kind === 'policy' ? { kind: 'ok', action: 'none' as const, reason: '' } : null,
    };
  });
  const total = windows.reduce((sum, { regret }) => sum + regret, 0);
  const at = (week: number) => windowFrom(START_MS + week * WEEK_MS, WEEK_MS).start;
  const events: BacktestEvent[] =
    kind === 'policy'
      ? [
          { kind: 'promotion', at: at(0), champion: 1, reason: 'the first model' },
          { kind: 'retrain', at: at(11), champion: 1, reason: HOSTILE },
          { kind: 'promotion', at: at(11), champion: 2, reason: HOSTILE },
          { kind: 'rollback', at: at(20), champion: 1, reason: 'worse' },
        ]
      : [];
  return {
    name,
    kind,
    meanError: windows.reduce((sum, { error }) => sum + error, 0) / WEEKS,
    retrains: { started: events.length > 0 ? 1 : 0, promoted: 0, kept: 0, failed: 0 },
    rollbacks: events.length > 0 ? 1 : 0,
    held: kind === 'policy' ? { cooldown: 2 } : {},
    regret: { total, mean: total / WEEKS },
    trainingSeconds: kind === 'oracle' ? 90 : 3,
    cost: kind === 'oracle' ? 90 : 3,
    drifts:
      kind === 'policy'
        ? { alarms: 2, falseAlarms: 1, detected: 1, missed: 0, delaysMs: [WEEK_MS] }
        : null,
    windows,
    cutBy: kind === 'policy' ? { everyMs: WEEK_MS } : null,
    decisions: windows.flatMap(({ window, verdict }) =>
      verdict === null ? [] : [{ window, decidedAt: window.end, verdict }],
    ),
    events,
  };
}

export function sampleBacktest(names: readonly string[] = ['policy', 'eager']): BacktestDocument {
  return {
    format: 'millrace-backtest/1',
    pipeline: HOSTILE,
    model: 'm',
    data: {
      source: HOSTILE,
      rows: 3_000,
      from: '2023-12-01T00:00:00Z',
      to: '2024-07-29T00:00:00Z',
    },
    windows: {
      everyMs: WEEK_MS,
      count: WEEKS,
      from: '2024-01-01T00:00:00Z',
      to: windowFrom(START_MS + (WEEKS - 1) * WEEK_MS, WEEK_MS).end,
    },
    metric: { name: 'mae', error: 'mae' },
    price: { perTrainingSecond: 1 },
    knownDrifts: ['2024-03-11T00:00:00Z'],
    strategies: [
      ...names.map((name, i) =>
        strategy(name, 'policy', (week) => (week === 10 ? 3 : 1.1 + i / 10)),
      ),
      strategy('never', 'never', (week) => (week >= 10 ? 3 : 1)),
      strategy('weekly', 'cadence', () => 1.05),
      strategy('oracle', 'oracle', () => 1),
    ],
    cheapest: { within: 0.05, bestMeanError: 1.05, cadence: 'weekly', strategy: 'weekly' },
    tuning: {
      seed: 1,
      split: '2024-04-01T00:00:00Z',
      trainWindows: 18,
      testWindows: 12,
      retrainWeight: 0.05,
      stoppedEarly: true,
      trials: [
        {
          settings: { breaches: '1 of 1', cooldown: '0s' },
          train: { meanError: 1.2, retrains: 3, objective: 0.7 },
        },
      ],
      best: {
        settings: { breaches: '1 of 1', cooldown: '0s' },
        train: { meanError: 1.2, retrains: 3, objective: 0.7 },
        test: { meanError: 1.4, retrains: 2, objective: 0.8 },
      },
      present: {
        train: { meanError: 1.3, retrains: 3, objective: 0.75 },
        test: { meanError: 1.3, retrains: 2, objective: 0.75 },
      },
      overlay: 'respond: {}\n',
    },
    run: { seconds: 1, trained: 0, reused: 3 },
  };
}
