import { join } from 'node:path';
import type { MetricPoint, StepRecord } from '../contracts/index.js';
import { readCurve } from '../processes/metric-curve.js';
import type { ActivityDeps } from './deps.js';

/** Points of one metric that are kept; of more, as many at even steps and the last. */
const MOST_POINTS = 1_000;

/**
 * Keeps what a step told of its metrics while it worked. Its result does not rest on it: what cannot
 * be kept is logged.
 */
export async function keepCurve(
  { registry, home, logger }: Pick<ActivityDeps, 'registry' | 'home' | 'logger'>,
  { runId, stepId, attempts: attempt, fence }: StepRecord,
): Promise<void> {
  try {
    const logsDirectory = join(home.logsDir, 'runs', encodeURIComponent(runId));
    const lines = await readCurve({ logsDirectory, stepId, attempt });
    if (lines.length === 0) return;
    const byMetric = new Map<string, MetricPoint[]>();
    for (const { step, at, metrics } of lines) {
      for (const [metric, value] of Object.entries(metrics)) {
        const told = byMetric.get(metric) ?? [];
        byMetric.set(metric, told);
        told.push({ stepId, metric, step, at: new Date(at).toISOString(), value });
      }
    }
    const points = [...byMetric.values()].flatMap(thinned);
    await registry.experiments.putCurve({ runId, stepId, ...(fence && { fence }) }, points);
  } catch (error) {
    logger.warn({ err: error, run: runId, step: stepId }, 'the metrics over time are not kept');
  }
}

function thinned(points: readonly MetricPoint[]): readonly MetricPoint[] {
  if (points.length <= MOST_POINTS) return points;
  const every = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, index) => index % every === 0 || index === points.length - 1);
}
