import type { MonitorSpec, TimeWindow, VolumeMeasurement } from '../../contracts/index.js';
import type { MeasuringDeps } from './deps.js';
import { measureVolume } from './measure-volume.js';

/**
 * Of a window in which no row came: what was due, where something was. Without a limit on volume,
 * rows count as due where the same hours of earlier weeks had as many as a verdict needs.
 *
 * @returns `null` where nothing says that rows were due
 */
export async function volumeDue(
  deps: Pick<MeasuringDeps, 'registry'>,
  model: string,
  window: TimeWindow,
  spec: MonitorSpec,
): Promise<VolumeMeasurement | null> {
  const volume = await measureVolume(deps, model, window, 0, spec);
  if (volume === undefined || volume.expected === null) return null;
  const isDue = volume.verdict === 'low' || volume.expected >= spec.window.minRows;
  return isDue ? { ...volume, verdict: 'low' } : null;
}
