import { searchSorted } from '../samples/column-values.js';
import { seededRandom } from '../samples/seeded-random.js';
import { jensenShannonDistance } from '../univariate/jensen-shannon.js';
import { kolmogorovSmirnovAgainstSorted } from '../univariate/kolmogorov-smirnov.js';

const RESAMPLES = 200;

/** Past this a resample is drawn smaller and its statistic, which is noise ∝ 1/√rows, scaled. */
const MAX_DRAWN_ROWS = 5_000;

/**
 * What a statistic is by chance alone: of windows of `rows` rows drawn from the reference with
 * replacement. Seeded, so that a profile built twice is the same profile.
 */
function resample(rows: number, draw: (drawn: number, random: () => number) => number): number[] {
  const drawn = Math.min(rows, MAX_DRAWN_ROWS);
  const scale = Math.sqrt(drawn / rows);
  const random = seededRandom(rows);
  return Array.from({ length: RESAMPLES }, () => draw(drawn, random) * scale);
}

/** @param sample - ascending, not empty */
export function resampledKolmogorovSmirnov(sample: Float64Array, rows: number): number[] {
  return resample(rows, (drawn, random) => {
    const current = new Float64Array(drawn);
    for (let i = 0; i < drawn; i += 1) {
      current[i] = sample[Math.floor(random() * sample.length)] ?? 0;
    }
    return kolmogorovSmirnovAgainstSorted(sample, current).statistic ?? 0;
  });
}

/** @param counts - of the reference, sum > 0 */
export function resampledJensenShannon(counts: ArrayLike<number>, rows: number): number[] {
  const cumulative = new Float64Array(counts.length);
  let total = 0;
  for (let i = 0; i < counts.length; i += 1) {
    total += counts[i] ?? 0;
    cumulative[i] = total;
  }
  return resample(rows, (drawn, random) => {
    const current = new Float64Array(counts.length);
    for (let i = 0; i < drawn; i += 1) {
      const mark = random() * total;
      const slot = searchSorted(cumulative, mark, true);
      current[slot] = (current[slot] ?? 0) + 1;
    }
    return jensenShannonDistance(counts, current);
  });
}
