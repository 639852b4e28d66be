import type { MetricPoint, StepRecord, TrialReport } from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';

/**
 * What the steps of a trial told of a metric, in the order of its steps; of one whose result was found
 * again, what it told in the run that did it.
 */
export function readTrialReports({ registry }: Pick<ActivityDeps, 'registry'>) {
  return async ({
    runId,
    metric,
  }: {
    readonly runId: string;
    readonly metric: string;
  }): Promise<readonly Pick<TrialReport, 'step' | 'value'>[]> => {
    const sourceOf = async ({ stepId, cacheKey, reuse }: StepRecord) => {
      const entry =
        reuse?.status === 'hit' && cacheKey !== null ? await registry.cacheEntry(cacheKey) : null;
      return entry === null ? { runId, stepId } : { runId: entry.runId, stepId: entry.stepId };
    };
    const curves = new Map<string, readonly MetricPoint[]>();
    const told: Pick<TrialReport, 'step' | 'value'>[] = [];
    for (const record of await registry.steps(runId)) {
      const source = await sourceOf(record);
      const curve = curves.get(source.runId) ?? (await registry.experiments.curve(source.runId));
      curves.set(source.runId, curve);
      for (const point of curve) {
        if (point.stepId !== source.stepId || point.metric !== metric) continue;
        told.push({ step: point.step, value: point.value });
      }
    }
    return told.slice(0, MOST_REPORTS);
  };
}

/** More than a curve keeps are never read. */
const MOST_REPORTS = 2_000;
