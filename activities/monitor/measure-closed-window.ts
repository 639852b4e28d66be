import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import {
  type ChampionStanding,
  canonicalJson,
  type MonitorSpec,
  type Repair,
  type TimeWindow,
  type WindowMeasurement,
} from '../../contracts/index.js';
import { emptyMeasurement } from '../../monitoring/measuring/empty-window.js';
import { volumeDue } from '../../monitoring/measuring/volume-due.js';
import { countsArrivals, standingOf, type VersionOrigin } from '../../monitoring/policy/index.js';
import type { ActivityDeps, WatchDeps } from '../deps.js';
import { measureServed, type ServedWindow } from './measure-served.js';

/** What the policy decides on: the champion's part of a window, and the policy to decide by. */
export interface MeasuredWindow {
  readonly measurement: WindowMeasurement;
  /** SHA-256 of its canonical JSON: what a decision is made again from. */
  readonly measurementSha256: string;
  readonly monitor: MonitorSpec;
  /** Version whose monitor it is. */
  readonly policyVersion: number;
  readonly origin: VersionOrigin;
  /** Where the monitor counts what came since the champion's training. */
  readonly standing?: ChampionStanding;
  /** Repairs in force. */
  readonly repairs: readonly Repair[];
}

/** Windows since a champion's training are counted back so far. */
const WINDOWS_COUNTED = 2_000;

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
    const repairs = await deps.registry.repairs(model);
    const fallback = repairs.find((repair) => repair.kind === 'fallback');
    // While a fallback answers, the champion has no rows of its own.
    const measurement =
      measurements.find((item) => item.version === champion.version) ??
      measurements.find((item) => item.version === fallback?.version);
    if (measurement === undefined || champion.monitor === null) return null;
    const standing = countsArrivals(champion.monitor)
      ? standingOf(
          champion.asOf,
          await deps.registry.measurements(model, WINDOWS_COUNTED),
          champion.monitor,
        )
      : undefined;
    return {
      measurement,
      measurementSha256: createHash('sha256').update(canonicalJson(measurement)).digest('hex'),
      monitor: champion.monitor,
      policyVersion: champion.version,
      origin: { runId: champion.runId, planHash: champion.planHash },
      ...(standing !== undefined && { standing }),
      repairs,
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
