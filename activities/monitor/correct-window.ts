import { Context } from '@temporalio/activity';
import type { LateArrivals, TimeWindow, WindowMeasurement } from '../../contracts/index.js';
import type { WindowCounts } from '../../models/predictions/ports.js';
import { lateLimits } from '../../monitoring/measuring/windows/late-windows.js';
import type { WatchDeps } from '../deps.js';
import { measureServed } from './measure-served.js';

export interface Correction {
  /** Rows and labels that came since the window was measured. */
  readonly predictions: number;
  readonly labels: number;
  readonly corrected: boolean;
}

/**
 * Counts what came for a decided window since it was measured. What is inside its lateness has the
 * window measured again; what is not is counted and changes nothing else. The decision stays.
 */
export function correctWindow(deps: WatchDeps) {
  return async ({ model, window }: { model: string; window: TimeWindow }): Promise<Correction> => {
    const before = await deps.registry.windowMeasurements(model, window);
    const sinceMs = countedUntilMs(before);
    const none = { predictions: 0, labels: 0, corrected: false };
    if (sinceMs === null) return none;
    const at = new Date().toISOString();
    const came = await deps.predictionLog.arrivedSince(model, window, sinceMs);
    const total = { predictions: sum(came, 'rows'), labels: sum(came, 'labels') };
    if (total.predictions + total.labels === 0) return none;
    const again = await measureAgain(deps, model, window, total);
    for (const measurement of again ?? before) {
      const first = before.find(({ version }) => version === measurement.version);
      const counts = came.find(({ version }) => version === measurement.version);
      await deps.registry.recordMeasurement({
        ...measurement,
        late: lateOf(first?.late, counts, again !== null, at),
      });
    }
    return { ...total, corrected: again !== null };
  };
}

/** @returns `null` where what came is too late for a correction */
async function measureAgain(
  deps: WatchDeps,
  model: string,
  window: TimeWindow,
  came: { readonly predictions: number; readonly labels: number },
): Promise<readonly WindowMeasurement[] | null> {
  const champion = await deps.registry.champion(model);
  const version = champion === null ? null : await deps.registry.version(model, champion.version);
  if (version?.monitor == null) return null;
  const summary = await deps.predictions.summary(model);
  const limits = lateLimits(version.monitor, summary, window);
  const isInside = (limits.rows && came.predictions > 0) || (limits.labels && came.labels > 0);
  const served = isInside ? await measureServed(deps, model, window, Context.current()) : null;
  return served?.measurements ?? null;
}

/** Up to when arrivals are in the measurements or counted beside them; `null` without one. */
function countedUntilMs(measurements: readonly WindowMeasurement[]): number | null {
  const until = measurements.flatMap(
    ({ late, measuredAt }) => late?.countedUntil ?? measuredAt ?? [],
  );
  return until.length === 0 ? null : Math.max(...until.map((at) => Date.parse(at)));
}

function lateOf(
  before: LateArrivals | undefined,
  came: WindowCounts | undefined,
  corrected: boolean,
  countedUntil: string,
): LateArrivals {
  return {
    predictions: (before?.predictions ?? 0) + (came?.rows ?? 0),
    labels: (before?.labels ?? 0) + (came?.labels ?? 0),
    corrections: (before?.corrections ?? 0) + (corrected ? 1 : 0),
    countedUntil,
  };
}

function sum(counts: readonly WindowCounts[], of: 'rows' | 'labels'): number {
  return counts.reduce((total, count) => total + count[of], 0);
}
