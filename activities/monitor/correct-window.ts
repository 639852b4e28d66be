import { Context } from '@temporalio/activity';
import type { LateArrivals, TimeWindow, WindowMeasurement } from '../../contracts/index.js';
import type { WindowCounts } from '../../models/predictions/ports.js';
import { lateLimits } from '../../monitoring/measuring/windows/late-windows.js';
import type { WatchDeps } from '../deps.js';
import { type MeasureServedDeps, measureServed } from './measure-served.js';

export interface Correction {
  /** Rows and labels that came since the window was measured. */
  readonly predictions: number;
  readonly labels: number;
  readonly corrected: boolean;
}

export interface CorrectRequest {
  readonly model: string;
  readonly window: TimeWindow;
}

export type CorrectDeps = MeasureServedDeps & Pick<WatchDeps, 'predictionLog'>;

/** {@link countLate} for the monitor's workflow. */
export function correctWindow(deps: CorrectDeps) {
  return (request: CorrectRequest): Promise<Correction> =>
    countLate(deps, request, Context.current());
}

/**
 * Counts what came for a decided window since it was measured. What is inside its lateness has the
 * window measured again; what is not is counted and changes nothing else. The decision stays.
 */
export async function countLate(
  deps: CorrectDeps,
  { model, window }: CorrectRequest,
  context: Pick<Context, 'heartbeat' | 'cancellationSignal'>,
): Promise<Correction> {
  const before = await deps.registry.windowMeasurements(model, window);
  const sinceMs = countedUntilMs(before);
  const none = { predictions: 0, labels: 0, corrected: false };
  if (sinceMs === null) return none;
  const at = new Date().toISOString();
  const came = await deps.predictionLog.arrivedSince(model, window, sinceMs);
  const total = { predictions: sum(came, 'rows'), labels: sum(came, 'labels') };
  if (total.predictions + total.labels === 0) return none;
  const again = (await isInside(deps, model, window, before, total))
    ? await measureServed(deps, model, window, context)
    : null;
  for (const measurement of again?.measurements ?? before) {
    const first = before.find(({ version }) => version === measurement.version);
    const counts = came.find(({ version }) => version === measurement.version);
    await deps.registry.recordMeasurement({
      ...measurement,
      late: lateOf(first?.late, counts, again !== null, at),
    });
  }
  return { ...total, corrected: again !== null };
}

/**
 * Whether some of what came is inside its lateness. A window that was judged for another champion
 * than today's is not measured again: it would be by another monitor.
 */
async function isInside(
  { registry, predictions }: CorrectDeps,
  model: string,
  window: TimeWindow,
  before: readonly WindowMeasurement[],
  came: { readonly predictions: number; readonly labels: number },
): Promise<boolean> {
  const champion = await registry.champion(model);
  if (champion === null || !before.some(({ version }) => version === champion.version))
    return false;
  const monitor = (await registry.version(model, champion.version))?.monitor ?? null;
  if (monitor === null) return false;
  const limits = lateLimits(monitor, await predictions.summary(model), window);
  return (limits.rows && came.predictions > 0) || (limits.labels && came.labels > 0);
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
