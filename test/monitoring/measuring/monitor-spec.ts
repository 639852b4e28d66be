import type { MonitorSpec } from '../../../contracts/index.js';

export const DAY_MS = 86_400_000;
export const WEEK_MS = 7 * DAY_MS;

/** A monitor with weekly windows, over which a test lays what it is about. */
export function monitorSpec(over: Partial<MonitorSpec> = {}): MonitorSpec {
  return {
    timeColumn: 'hour',
    window: {
      everyMs: WEEK_MS,
      minRows: 100,
      allowedLatenessMs: DAY_MS,
      idleTimeoutMs: 3_600_000,
    },
    labels: { delayMs: 2 * DAY_MS },
    drift: { features: { shareOfColumns: 0.1 }, predictions: { distance: 0.1 } },
    performance: { metric: 'mae', worseThanShare: 0.1 },
    respond: {
      dataDrift: 'retrain',
      performance: 'retrain',
      regressionAfterDeploy: 'rollback',
      retrain: { params: {} },
      guards: {
        breaches: { count: 2, of: 3 },
        cooldownMs: DAY_MS,
        maxRetrains: { count: 4, periodMs: 30 * DAY_MS },
        stopAfterIneffective: 2,
        postDeployWindows: 4,
      },
    },
    ...over,
  };
}
