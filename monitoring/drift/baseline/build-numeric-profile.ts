import { sortedPresent } from '../samples/column-values.js';
import { countBins, quantileBinEdges } from '../samples/quantile-bins.js';
import { calibrate } from './calibration.js';
import { jensenShannonOfParts, kolmogorovSmirnovOfPart } from './leave-one-out.js';
import { type Calibration, type NumericProfile, SAMPLE_SIZE } from './profile.js';
import { resampledJensenShannon, resampledKolmogorovSmirnov } from './resampling.js';
import type { WindowSplit } from './window-split.js';

/**
 * Profile of a column of numbers: moments, quantile bins, a sorted sample and the calibrated range
 * of both measures.
 *
 * @param values - one a row; NaN is missing
 * @param minRows - a window with fewer values of this column does not calibrate it
 */
export function buildNumericProfile(
  name: string,
  values: Float64Array,
  split: WindowSplit,
  minRows: number,
): NumericProfile {
  const sorted = sortedPresent(values);
  const base = {
    kind: 'numeric',
    name,
    rows: sorted.length,
    missingShare: values.length === 0 ? 0 : 1 - sorted.length / values.length,
    ...moments(values),
  } as const;
  if (sorted.length === 0) {
    return { ...base, bins: null, sample: { exact: true, values: [] }, calibrations: [] };
  }
  const edges = quantileBinEdges(sorted);
  const counts = countBins(edges, sorted);
  return {
    ...base,
    bins: { edges, counts: Array.from(counts) },
    sample: thin(sorted),
    calibrations: calibrations(values, sorted, edges, counts, split, minRows),
  };
}

function calibrations(
  values: Float64Array,
  sorted: Float64Array,
  edges: readonly number[],
  counts: Float64Array,
  split: WindowSplit,
  minRows: number,
): Calibration[] {
  const windows = valuesPerWindow(values, split).filter((window) => window.length >= minRows);
  const statistics = windows.flatMap((window) => kolmogorovSmirnovOfPart(sorted, window) ?? []);
  const distances = jensenShannonOfParts(
    counts,
    windows.map((window) => countBins(edges, window)),
  );
  const rows = split.typicalRows;
  const sample = Float64Array.from(thin(sorted).values);
  return [
    calibrate(
      'kolmogorov-smirnov',
      statistics,
      () => resampledKolmogorovSmirnov(sample, rows),
      rows,
    ),
    calibrate('jensen-shannon', distances, () => resampledJensenShannon(counts, rows), rows),
  ];
}

function valuesPerWindow(values: Float64Array, split: WindowSplit): Float64Array[] {
  const sizes = new Uint32Array(split.windows.length);
  for (const window of split.calibrating) {
    if (window >= 0) sizes[window] = (sizes[window] ?? 0) + 1;
  }
  const parts = Array.from(sizes, (size) => new Float64Array(size));
  const filled = new Uint32Array(sizes.length);
  split.calibrating.forEach((window, row) => {
    const place = filled[window];
    const part = parts[window];
    if (place === undefined || part === undefined) return;
    part[place] = values[row] ?? Number.NaN;
    filled[window] = place + 1;
  });
  return parts.map(sortedPresent);
}

function thin(sorted: Float64Array): NumericProfile['sample'] {
  if (sorted.length <= SAMPLE_SIZE) return { exact: true, values: Array.from(sorted) };
  const values = Array.from({ length: SAMPLE_SIZE }, (_, i) => {
    return sorted[Math.floor(((i + 0.5) * sorted.length) / SAMPLE_SIZE)] ?? 0;
  });
  return { exact: false, values };
}

function moments(
  values: Float64Array,
): Pick<NumericProfile, 'infinite' | 'min' | 'max' | 'mean' | 'standardDeviation' | 'skewness'> {
  let [n, infinite, mean, m2, m3] = [0, 0, 0, 0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isFinite(value)) {
      infinite += 1;
      continue;
    }
    n += 1;
    // One pass without large sums (Pébay 2008).
    const delta = value - mean;
    const step = delta / n;
    m3 += delta * step * step * (n - 1) * (n - 2) - 3 * step * m2;
    m2 += delta * step * (n - 1);
    mean += step;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (n === 0) {
    const none = null;
    return { infinite, min: none, max: none, mean: none, standardDeviation: none, skewness: none };
  }
  return {
    infinite,
    min,
    max,
    // Of numbers near the largest that there is, a moment may not exist as a number.
    mean: finiteOrNull(mean),
    standardDeviation: n < 2 ? null : finiteOrNull(Math.sqrt(m2 / (n - 1))),
    skewness: m2 > 0 ? finiteOrNull((Math.sqrt(n) * m3) / m2 ** 1.5) : null,
  };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
