import type { WindowMeasurement } from '../../../contracts/index.js';
import type { ColumnValues } from '../samples/column-values.js';
import { thresholdAt } from './calibration.js';
import type { ColumnProfile } from './profile.js';
import { distanceFromProfile } from './profile-comparison.js';

/**
 * Whether predictions moved: their Jensen–Shannon distance from the reference's, past the configured
 * distance **and** past its calibrated range.
 *
 * @param distance - the smallest distance that matters, in [0, √ln 2]
 * @returns `threshold` is the larger of the two: what the distance had to pass
 */
export function measurePredictionDrift(
  profile: ColumnProfile,
  predictions: ColumnValues,
  minRows: number,
  distance: number,
): NonNullable<WindowMeasurement['predictionDrift']> {
  const measured = distanceFromProfile(profile, predictions);
  const calibration = profile.calibrations.find(({ measure }) => measure === 'jensen-shannon');
  const range = calibration === undefined ? 0 : thresholdAt(calibration, measured.rows);
  const threshold = Math.max(distance, range);
  if (measured.distance === null || measured.rows < minRows || profile.rows < minRows) {
    return { verdict: 'insufficient', distance: null, threshold };
  }
  const verdict = measured.distance > threshold ? 'drift' : 'no-drift';
  return { verdict, distance: measured.distance, threshold };
}
