import { createHash } from 'node:crypto';
import { canonicalJson, type MultivariateCalibration } from '../../../contracts/index.js';
import { MIN_CALIBRATION_WINDOWS, predictionSigmas, rowsOf } from '../../drift/index.js';
import type { Pause } from '../table-columns.js';
import { type Comparison, compareRows } from './compare-rows.js';
import type { SampledReference } from './sampled-reference.js';

/**
 * Normal range of a method's statistic: each window of the reference against the rest of it, mean and
 * as many standard deviations as one more window stays within. Rows in time are no independent sample,
 * and a p-value alone would find each of them moved.
 *
 * @param of - what the range is of, from `calibrationKey`
 */
export async function calibrateComparison(
  { windows }: SampledReference,
  comparison: Comparison,
  of: string,
  pause: Pause,
): Promise<MultivariateCalibration> {
  const none = {
    method: 'resampled',
    windows: windows.length,
    rows: 0,
    threshold: null,
    of,
  } as const;
  if (windows.length < MIN_CALIBRATION_WINDOWS) return none;
  const statistics: number[] = [];
  const sizes: number[] = [];
  for (const { window, rest } of windows) {
    await pause();
    const { statistic } = await compareRows(rest, window, comparison);
    if (statistic === null) continue;
    statistics.push(statistic);
    sizes.push(Math.min(rowsOf(window), comparison.options.maxRows));
  }
  const threshold = normalRange(statistics);
  if (threshold === null) return { ...none, windows: statistics.length };
  return {
    method: 'reference-windows',
    windows: statistics.length,
    rows: sizes.sort((a, b) => a - b)[Math.floor(sizes.length / 2)] ?? 0,
    threshold,
    of,
  };
}

/**
 * Up to where one more window lies, by those of the reference.
 *
 * @returns `null` with fewer than 8 of them
 */
export function normalRange(ofWindows: readonly number[]): number | null {
  const count = ofWindows.length;
  if (count < MIN_CALIBRATION_WINDOWS) return null;
  const mean = ofWindows.reduce((sum, value) => sum + value, 0) / count;
  const squares = ofWindows.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return mean + predictionSigmas(count) * Math.sqrt(squares / (count - 1));
}

export function calibrationKey(reference: string, { method, options, target }: Comparison): string {
  const content = canonicalJson({ reference, method, options: { ...options }, target });
  return createHash('sha256').update(content).digest('hex');
}

/** Of fewer rows chance moves the statistic further: they are given more room. */
export function thresholdFor(
  { threshold, rows }: MultivariateCalibration,
  current: number,
): number | null {
  if (threshold === null) return null;
  return threshold * Math.sqrt(Math.max(1, rows / Math.max(1, current)));
}
