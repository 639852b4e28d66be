import { chiSquaredSurvival } from '../../../../monitoring/drift/special/regularised-gamma.js';
import { wasserstein } from '../../../../monitoring/drift/univariate/wasserstein.js';

/**
 * What a well-known library does by default, by its published formulas: goodness of fit against the
 * reference's shares, and distances on equal-width bins of both samples against a fixed 0.1.
 */

export const FIXED_THRESHOLD = 0.1;

/** The reference's shares are taken for the truth; a category that it never had gives p = 0. */
export function goodnessOfFitPValue(reference: ArrayLike<number>, current: ArrayLike<number>) {
  const sum = (counts: ArrayLike<number>) => Array.from(counts).reduce((a, b) => a + b, 0);
  const scale = sum(current) / sum(reference);
  let [statistic, categories] = [0, 0];
  for (let i = 0; i < reference.length; i += 1) {
    const [expected, observed] = [(reference[i] ?? 0) * scale, current[i] ?? 0];
    if (expected === 0 && observed === 0) continue;
    if (expected === 0) return 0;
    statistic += (observed - expected) ** 2 / expected;
    categories += 1;
  }
  return chiSquaredSurvival(statistic, categories - 1);
}

/** Shares in ⌈log₂ n⌉ + 1 equal bins (Sturges) over the range of both samples. */
function sturgesShares(reference: Float64Array, current: Float64Array) {
  const low = Math.min(reference[0] ?? 0, current[0] ?? 0);
  const high = Math.max(reference.at(-1) ?? 0, current.at(-1) ?? 0);
  const bins = Math.ceil(Math.log2(reference.length + current.length)) + 1;
  const shares = (sorted: Float64Array) => {
    const counts = new Float64Array(bins);
    for (const value of sorted) {
      const bin = Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
      counts[bin] = (counts[bin] ?? 0) + 1 / sorted.length;
    }
    return counts;
  };
  return { reference: shares(reference), current: shares(current) };
}

const FLOOR = 1e-4;

/** Distances of ascending samples that are held against 0.1. */
export const FIXED_DISTANCES = {
  wasserstein: (reference: Float64Array, current: Float64Array) =>
    wasserstein(reference, current).effect ?? 0,
  'jensen-shannon': (reference: Float64Array, current: Float64Array) => {
    const shares = sturgesShares(reference, current);
    let sum = 0;
    shares.reference.forEach((r, i) => {
      const c = shares.current[i] ?? 0;
      const middle = (r + c) / 2;
      if (r > 0) sum += r * Math.log(r / middle);
      if (c > 0) sum += c * Math.log(c / middle);
    });
    return Math.sqrt(Math.max(0, sum) / 2);
  },
  'population-stability-index': (reference: Float64Array, current: Float64Array) =>
    sumOverFloored(reference, current, (r, c) => (r - c) * Math.log(r / c)),
  'kullback-leibler': (reference: Float64Array, current: Float64Array) =>
    sumOverFloored(reference, current, (r, c) => r * Math.log(r / c)),
} as const;

function sumOverFloored(
  reference: Float64Array,
  current: Float64Array,
  term: (r: number, c: number) => number,
): number {
  const shares = sturgesShares(reference, current);
  let sum = 0;
  shares.reference.forEach((r, i) => {
    sum += term(Math.max(r, FLOOR), Math.max(shares.current[i] ?? 0, FLOOR));
  });
  return sum;
}
