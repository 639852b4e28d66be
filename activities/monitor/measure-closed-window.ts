import { Context } from '@temporalio/activity';
import type { MonitorSpec, TimeWindow, WindowMeasurement } from '../../contracts/index.js';
import { measureWindow } from '../../monitoring/measuring/measure-window.js';
import { stateFromLedger, type VersionOrigin } from '../../monitoring/policy/index.js';
import type { ActivityDeps } from '../deps.js';

/** What the policy decides on: the champion's part of a window, and the policy to decide by. */
export interface MeasuredWindow {
  readonly measurement: WindowMeasurement;
  readonly monitor: MonitorSpec;
  readonly origin: VersionOrigin;
}

/**
 * Measures a closed window for every version that served in it, and keeps each measurement. The
 * policy is given the champion's: a complaint about a version that serves no more changes nothing.
 *
 * @returns `null` when there is nothing to decide: no champion, no monitor, or none of its rows
 */
export function measureClosedWindow(deps: ActivityDeps) {
  return async ({
    model,
    window,
  }: {
    model: string;
    window: TimeWindow;
  }): Promise<MeasuredWindow | null> => {
    const context = Context.current();
    const champion = await deps.registry.champion(model);
    const version = champion === null ? null : await deps.registry.version(model, champion.version);
    if (champion === null || version === null || version.monitor === null) return null;
    // The ledger knows whom a rollback would return to.
    const { earlier } = stateFromLedger(model, await deps.registry.ledger(model), null);
    const measurements = await measureWindow(deps, {
      model,
      window,
      spec: version.monitor,
      champion,
      previous: earlier[0] ?? null,
      onProgress: () => context.heartbeat(),
      signal: context.cancellationSignal,
    });
    for (const measurement of measurements) await deps.registry.recordMeasurement(measurement);
    const measurement = measurements.find((item) => item.version === champion.version);
    return measurement === undefined
      ? null
      : {
          measurement,
          monitor: version.monitor,
          origin: { runId: version.runId, planHash: version.planHash },
        };
  };
}
