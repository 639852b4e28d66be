import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { type CaughtUp, catchUp, type TrackingTarget } from '../../models/tracking/index.js';
import { readCurve } from '../../processes/metric-curve.js';
import { segment } from '../../processes/step-directory.js';
import type { ActivityDeps } from '../deps.js';

/**
 * Tells MLflow everything that waits. Repeatable wherever it was cut off: what was told is in the
 * registry, and what may have been is asked for.
 *
 * @throws MillraceError `ServiceUnavailable` when it does not answer: Temporal tries again
 */
export function mirrorTracking(deps: ActivityDeps) {
  return async (): Promise<CaughtUp> => {
    const target: TrackingTarget | null = deps.tracking ?? null;
    if (target === null) return { written: 0, refused: 0 };
    const { cancellationSignal, info } = Context.current();
    try {
      return await catchUp({ ...deps, curve: curveOf(deps) }, target, cancellationSignal);
    } catch (error) {
      if (info.attempt === 1) {
        const reason = error instanceof Error ? error.message : String(error);
        deps.logger.warn({ tracker: target.name }, `the mirror waits: ${reason}`);
      }
      throw error;
    }
  };
}

function curveOf({ home }: ActivityDeps) {
  return async (runId: string, stepId: string, attempt: number) => {
    const logsDirectory = join(home.logsDir, 'runs', segment(runId));
    const lines = await readCurve({ logsDirectory, stepId, attempt });
    return lines.flatMap(({ step, at, metrics }) =>
      Object.entries(metrics).map(([name, value]) => ({ name, value, step, atMs: at })),
    );
  };
}
