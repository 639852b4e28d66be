import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import {
  canonicalJson,
  type MonitorSpec,
  type TimeWindow,
  type WindowMeasurement,
} from '../../contracts/index.js';
import { emptyMeasurement } from '../../monitoring/measuring/empty-window.js';
import { volumeDue } from '../../monitoring/measuring/volume-due.js';
import type { VersionOrigin } from '../../monitoring/policy/index.js';
import type { ActivityDeps, WatchDeps } from '../deps.js';
import { measureServed, type ServedWindow } from './measure-served.js';

/** What the policy decides on: the champion's part of a window, and the policy to decide by. */
export interface MeasuredWindow {
  readonly measurement: WindowMeasurement;
  /** SHA-256 of its canonical JSON: what a decision is made again from. */
  readonly measurementSha256: string;
  readonly monitor: MonitorSpec;
  readonly origin: VersionOrigin;
}

/**
 * Measures a closed window for every version that served in it, and keeps each measurement. The
 * policy is given the champion's: a complaint about a version that serves no more changes nothing. Of
 * a window without any row it is given what was due, where something was.
 *
 * @returns `null` when there is nothing to decide: no champion, no monitor, or none of its rows
 */
export function measureClosedWindow(deps: WatchDeps) {
  return async ({
    model,
    window,
  }: {
    model: string;
    window: TimeWindow;
  }): Promise<MeasuredWindow | null> => {
    const served = await measureServed(deps, model, window, Context.current());
    if (served === null) return null;
    const measurements =
      served.measurements.length === 0
        ? await missedRows(deps, window, served)
        : served.measurements;
    for (const measurement of measurements) await deps.registry.recordMeasurement(measurement);
    const { champion } = served;
    const measurement = measurements.find((item) => item.version === champion.version);
    if (measurement === undefined || champion.monitor === null) return null;
    return {
      measurement,
      measurementSha256: createHash('sha256').update(canonicalJson(measurement)).digest('hex'),
      monitor: champion.monitor,
      origin: { runId: champion.runId, planHash: champion.planHash },
    };
  };
}

async function missedRows(
  deps: Pick<ActivityDeps, 'registry'>,
  window: TimeWindow,
  { champion: { model, version, profile, monitor } }: ServedWindow,
): Promise<readonly WindowMeasurement[]> {
  if (profile === null || monitor === null) return [];
  const volume = await volumeDue(deps, model, window, monitor);
  if (volume === null) return [];
  const measuredAt = new Date().toISOString();
  return [{ ...emptyMeasurement({ model, version, window, profile, volume }), measuredAt }];
}
