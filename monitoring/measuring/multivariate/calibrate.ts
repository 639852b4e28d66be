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
  const count = statistics.length;
  if (count < MIN_CALIBRATION_WINDOWS) return { ...none, windows: count };
  const mean = statistics.reduce((sum, value) => sum + value, 0) / count;
  const squares = statistics.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (count - 1));
  return {
    method: 'reference-windows',
    windows: count,
    rows: sizes.sort((a, b) => a - b)[Math.floor(count / 2)] ?? 0,
    threshold: mean + predictionSigmas(count) * deviation,
    of,
  };
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
