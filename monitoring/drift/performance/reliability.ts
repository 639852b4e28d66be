import { searchSorted } from '../samples/column-values.js';
import { quantileBinEdges } from '../samples/quantile-bins.js';
import type { Interval } from './interval.js';
import { proportionInterval } from './proportion-interval.js';

/** Rows whose predicted probability is about the same. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  readonly meanProbability: number;
  /** How often it came true, with its exact interval. */
  readonly observed: Interval;
}

export interface ReliabilityOptions {
  /** ≥ 1; default 10. */
  readonly bins?: number;
  /**
   * `equal-rows` (default): bins with about the same number of rows, so that each says something.
   * `equal-width`: bins of the same width, as papers draw them.
   */
  readonly binning?: 'equal-rows' | 'equal-width';
  readonly level?: number;
}

/**
 * Reliability curve: what was predicted against how often it came true.
 *
 * @param probabilities - of the positive class, in [0, 1]
 * @param outcomes - 1 where it came true, else 0; as many
 * @returns bins that hold rows, ascending
 * @throws RangeError on unequal lengths, a probability outside [0, 1], or no bins
 * @see A. Niculescu-Mizil, R. Caruana, Predicting Good Probabilities with Supervised Learning, 2005
 */
export function reliabilityCurve(
  probabilities: Float64Array,
  outcomes: ArrayLike<number>,
  options: ReliabilityOptions = {},
): readonly ReliabilityBin[] {
  if (probabilities.length !== outcomes.length) {
    throw new RangeError(`${probabilities.length} probabilities for ${outcomes.length} outcomes`);
  }
  const bad = probabilities.findIndex((value) => !(value >= 0 && value <= 1));
  if (bad !== -1)
    throw new RangeError(`probability ${bad} is ${probabilities[bad]}, not in [0, 1]`);
  if (probabilities.length === 0) return [];
  const edges = edgesOf(probabilities, options);
  const bins = Math.max(1, edges.length - 1);
  const rows = new Float64Array(bins);
  const sums = new Float64Array(bins);
  const positives = new Float64Array(bins);
  probabilities.forEach((probability, row) => {
    const bin = Math.min(bins - 1, Math.max(0, searchSorted(edges, probability, true) - 1));
    rows[bin] = (rows[bin] ?? 0) + 1;
    sums[bin] = (sums[bin] ?? 0) + probability;
    positives[bin] = (positives[bin] ?? 0) + (outcomes[row] === 1 ? 1 : 0);
  });
  return Array.from(rows, (count, bin) => ({
    low: edges[bin] ?? 0,
    high: edges[bin + 1] ?? edges[bin] ?? 1,
    rows: count,
    meanProbability: count === 0 ? 0 : (sums[bin] ?? 0) / count,
    observed: proportionInterval(positives[bin] ?? 0, count, options.level),
  })).filter((bin) => bin.rows > 0);
}

/**
 * Expected calibration error: the mean distance between what was predicted and how often it came
 * true, bins weighted by their rows, in [0, 1].
 *
 * ECE = Σ_b (n_b / n) · |mean probability_b − observed share_b|. It is never quite 0: by chance
 * alone it is about √(p(1 − p) · bins / n).
 *
 * @returns `null` without rows
 * @throws RangeError as {@link reliabilityCurve}
 * @example expectedCalibrationError(Float64Array.of(0.9, 0.9), [1, 0]); // 0.4
 * @see M. P. Naeini, G. Cooper, M. Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian Binning, 2015
 */
export function expectedCalibrationError(
  probabilities: Float64Array,
  outcomes: ArrayLike<number>,
  options: ReliabilityOptions = {},
): number | null {
  const curve = reliabilityCurve(probabilities, outcomes, options);
  if (curve.length === 0) return null;
  const error = curve.reduce(
    (sum, bin) => sum + bin.rows * Math.abs(bin.meanProbability - (bin.observed.value ?? 0)),
    0,
  );
  return error / probabilities.length;
}

function edgesOf(probabilities: Float64Array, options: ReliabilityOptions): readonly number[] {
  const { bins = 10, binning = 'equal-rows' } = options;
  if (!(Number.isInteger(bins) && bins >= 1)) throw new RangeError(`${bins} bins: at least 1`);
  if (binning === 'equal-rows') return quantileBinEdges(probabilities.slice().sort(), bins);
  return Array.from({ length: bins + 1 }, (_, edge) => edge / bins);
}
