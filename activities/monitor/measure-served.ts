import type { Context } from '@temporalio/activity';
import type { TimeWindow, VersionRecord, WindowMeasurement } from '../../contracts/index.js';
import type { MeasureDeps } from '../../monitoring/measuring/measure-request.js';
import { measureWindow } from '../../monitoring/measuring/measure-window.js';
import { stateFromLedger } from '../../monitoring/policy/index.js';
import type { WatchDeps } from '../deps.js';

/** Well below the heartbeat timeout of the activity. */
const HEARTBEAT_INTERVAL_MS = 2_000;

/** A worker's stores; how the gateways did is known where they wrote it. */
export type MeasureServedDeps = MeasureDeps & Pick<WatchDeps, 'registry'>;

/** Every version's part of a window, and the champion that judges it. */
export interface ServedWindow {
  readonly champion: VersionRecord;
  /** A version each, ascending; empty where no row came. */
  readonly measurements: readonly WindowMeasurement[];
}

/**
 * Measures a window for every version that served in it, by the monitor of the champion.
 *
 * @returns `null` where there is no champion, or none that is watched
 */
export async function measureServed(
  deps: MeasureServedDeps,
  model: string,
  window: TimeWindow,
  context: Pick<Context, 'heartbeat' | 'cancellationSignal'>,
): Promise<ServedWindow | null> {
  // Taken before the first row is read: what arrives from now on counts as late.
  const measuredAt = new Date().toISOString();
  const champion = await deps.registry.champion(model);
  const version = champion === null ? null : await deps.registry.version(model, champion.version);
  if (champion === null || version === null || version.monitor === null) return null;
  // The ledger knows whom a rollback would return to.
  const { earlier } = stateFromLedger(model, await deps.registry.ledger(model), null);
  // A large window is parsed for minutes before its first column is read.
  const beat = setInterval(() => context.heartbeat(), HEARTBEAT_INTERVAL_MS);
  const measurements = await measureWindow(deps, {
    model,
    window,
    spec: version.monitor,
    champion,
    previous: earlier[0] ?? null,
    onProgress: () => context.heartbeat(),
    signal: context.cancellationSignal,
  }).finally(() => clearInterval(beat));
  return {
    champion: version,
    measurements: measurements.map((measurement) => ({ ...measurement, measuredAt })),
  };
}
