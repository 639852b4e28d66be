import {
  type MonitorSpec,
  parseEventTimeMs,
  type TimeWindow,
  type VolumeMeasurement,
} from '../../contracts/index.js';
import { windowFrom, windowStartMs } from '../drift/index.js';
import type { MeasuringDeps } from './deps.js';

const WEEK_MS = 7 * 86_400_000;

/** Earlier windows that are asked for. */
const MOST_WINDOWS = 8;

/** One week alone may be the one that the monitor began in. */
const FEWEST_WINDOWS = 2;

/**
 * Rows of a window, of every version that served in it, against the mean of the windows at the same
 * place of the weeks before: Monday from eight to nine is compared with such hours alone.
 *
 * @returns `undefined` where windows are cut by rows: they all have the same
 */
export async function measureVolume(
  deps: Pick<MeasuringDeps, 'registry'>,
  model: string,
  window: TimeWindow,
  rows: number,
  { window: cut, quality }: MonitorSpec,
): Promise<VolumeMeasurement | undefined> {
  if (cut.rows !== undefined) return undefined;
  const earlier: number[] = [];
  for (const before of sameHoursBefore(window, cut)) {
    const measured = await deps.registry.windowMeasurements(model, before);
    if (measured.length === 0) continue;
    earlier.push(measured.reduce((sum, measurement) => sum + measurement.rows, 0));
  }
  const { below = null, above = null } = quality?.volume ?? {};
  const limits = { rows, windows: earlier.length, below, above };
  const expected = earlier.reduce((sum, count) => sum + count, 0) / earlier.length;
  if (earlier.length < FEWEST_WINDOWS || !(expected > 0)) {
    return { ...limits, expected: null, ratio: null, verdict: 'insufficient' };
  }
  const ratio = rows / expected;
  const isLow = below !== null && ratio < below;
  const isHigh = above !== null && ratio > above;
  return { ...limits, expected, ratio, verdict: isLow ? 'low' : isHigh ? 'high' : 'normal' };
}

/**
 * Windows at the same place of earlier weeks, the newest first; of windows longer than a week, those
 * before. Where a week is no whole number of windows, the nearest window of the grid.
 */
function sameHoursBefore(
  { start, end }: TimeWindow,
  { everyMs, slideMs = everyMs }: MonitorSpec['window'],
): readonly TimeWindow[] {
  const [startMs, endMs] = [parseEventTimeMs(start), parseEventTimeMs(end)];
  if (startMs === null || endMs === null) return [];
  const lengthMs = endMs - startMs;
  const stepMs = Math.max(WEEK_MS, everyMs);
  return Array.from({ length: MOST_WINDOWS }, (_, back) => {
    const wantedEnd = endMs - (back + 1) * stepMs;
    return windowFrom(windowStartMs(wantedEnd + slideMs / 2, slideMs) - lengthMs, lengthMs);
  });
}
