import { searchSorted } from '../samples/column-values.js';
import { binEdges, binOf, DEFAULT_BINS } from '../samples/quantile-bins.js';
import type {
  CategoricalColumnProfile,
  DataColumnProfile,
  DataProfile,
  NumericColumnProfile,
  WeightedSample,
} from './data-profile.js';
import { cumulativeRows, sampleRows } from './weighted-sample.js';

/** The column of this name, or `undefined`. */
export function profileColumn(profile: DataProfile, name: string): DataColumnProfile | undefined {
  return profile.columns.find((column) => column.name === name);
}

export function isNumericProfile(column: DataColumnProfile): column is NumericColumnProfile {
  return 'sample' in column;
}

/**
 * Quantile of the finite values of a column, between neighbouring ranks by straight line (type 7 of
 * Hyndman and Fan, numpy's default).
 *
 * @param p - in [0, 1]
 * @returns `null` where there is no finite value; exact where `column.sample.rankError` is 0, else
 * the value of a rank that is off by at most `rankError` rows
 * @throws RangeError on p outside [0, 1]
 * @example profileQuantile(column, 0.5); // 2.5 for 1, 2, 3, 4
 */
export function profileQuantile(column: NumericColumnProfile, p: number): number | null {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile of ${p}; it is within [0, 1]`);
  const { values, counts } = column.sample;
  const { min, max } = column.moments;
  if (values.length === 0 || min === null || max === null) return null;
  // The ends are known exactly, whatever became of the ranks in between.
  if (p === 0) return min;
  if (p === 1) return max;
  const upTo = cumulativeRows(counts);
  const rank = ((upTo.at(-1) ?? 1) - 1) * p;
  const below = Math.floor(rank);
  const share = rank - below;
  const low = values[searchSorted(upTo, below, true)] ?? 0;
  if (share === 0) return low;
  const high = values[searchSorted(upTo, below + 1, true)] ?? low;
  return low === high ? low : low * (1 - share) + high * share;
}

/**
 * Share of the values of a column that are ≤ each x, infinite ones among them.
 *
 * @param xs - any order, no NaN
 * @returns in [0, 1], one for each x, off by at most {@link profileRankError}; 0 without values
 * @example profileCdf(column, Float64Array.of(2)); // Float64Array [0.5] for 1, 2, 3, 4
 */
export function profileCdf(column: NumericColumnProfile, xs: Float64Array): Float64Array {
  const { values, counts } = orderedSample(column);
  const upTo = cumulativeRows(counts);
  const rows = upTo.at(-1) ?? 0;
  return xs.map((x) => {
    const at = searchSorted(values, x === Number.NEGATIVE_INFINITY ? -Number.MAX_VALUE : x, true);
    return at === 0 ? 0 : (upTo[at - 1] ?? 0) / rows;
  });
}

/** Proven bound for the error of {@link profileCdf}, as a share of the values; 0 is exact. */
export function profileRankError(column: NumericColumnProfile): number {
  const rows = profileValueRows(column);
  return rows === 0 ? 0 : Math.min(1, column.sample.rankError / rows);
}

/** Rows of a column whose value is there. */
export function profileValueRows(column: DataColumnProfile): number {
  if (isNumericProfile(column)) {
    return column.moments.rows + column.infinite.negative + column.infinite.positive;
  }
  return column.categories.counts.reduce((sum, rows) => sum + rows, column.categories.otherRows);
}

/**
 * All values of a column in order, ±∞ as the largest finite numbers: what `sortedPresent` makes of
 * raw values, with rows instead of repetitions. Comparisons that use order alone start from it.
 */
export function orderedSample(column: NumericColumnProfile): WeightedSample {
  const { negative, positive } = column.infinite;
  const { sample } = column;
  if (negative === 0 && positive === 0) return sample;
  const values = [...sample.values];
  const counts = [...sample.counts];
  const put = (end: 0 | 'last', value: number, rows: number): void => {
    if (rows === 0) return;
    const at = end === 0 ? 0 : values.length - 1;
    if (values[at] === value) counts[at] = (counts[at] ?? 0) + rows;
    else {
      values.splice(end === 0 ? 0 : values.length, 0, value);
      counts.splice(end === 0 ? 0 : counts.length, 0, rows);
    }
  };
  put(0, -Number.MAX_VALUE, negative);
  put('last', Number.MAX_VALUE, positive);
  return {
    values: Float64Array.from(values),
    counts: Float64Array.from(counts),
    rankError: sample.rankError,
  };
}

/**
 * The column as an ascending sample with repetitions, for measures that take raw values.
 *
 * @param most - with more rows than this, that many values at even steps through the ranks
 * @returns the column itself, value for value, where its sample is exact and it has at most `most`
 * rows
 */
export function profileSortedSample(column: NumericColumnProfile, most: number): Float64Array {
  const ordered = orderedSample(column);
  const rows = sampleRows(ordered);
  const size = Math.min(rows, most);
  const sorted = new Float64Array(size);
  let at = 0;
  let upTo = ordered.counts[0] ?? 0;
  for (let step = 0; step < size; step += 1) {
    const rank = ((step + 0.5) * rows) / size;
    while (upTo <= rank) upTo += ordered.counts[++at] ?? Number.POSITIVE_INFINITY;
    sorted[step] = ordered.values[at] ?? 0;
  }
  return sorted;
}

/**
 * Quantile bins of the reference with its rows in them, as `quantileBinEdges` and `countBins` give
 * them for raw values: counts have a bin below the first edge and one above the last.
 *
 * @returns `null` without values
 * @example profileBins(column, 2); // { edges: [1, 3, 4], counts: [0, 2, 2, 0] } for 1, 2, 3, 4
 */
export function profileBins(
  column: NumericColumnProfile,
  bins = DEFAULT_BINS,
): { readonly edges: readonly number[]; readonly counts: Float64Array } | null {
  const { values, counts } = orderedSample(column);
  if (values.length === 0) return null;
  const upTo = cumulativeRows(counts);
  const rows = upTo.at(-1) ?? 0;
  const edges = binEdges({
    rows,
    bins,
    atRank: (rank) => values[searchSorted(upTo, rank, true)] ?? 0,
    after: (value) => values[searchSorted(values, value, true)],
  });
  return { edges, counts: countSampleBins(edges, { values, counts, rankError: 0 }) };
}

/** Rows of a sample per bin, laid out as `countBins` does for raw values. */
function countSampleBins(edges: readonly number[], sample: WeightedSample): Float64Array {
  const counts = new Float64Array(Math.max(1, edges.length - 1) + 2);
  sample.values.forEach((value, i) => {
    const bin = binOf(edges, value, counts.length);
    counts[bin] = (counts[bin] ?? 0) + (sample.counts[i] ?? 0);
  });
  return counts;
}

/** Categories → rows, most frequent first; what is not listed is in `categories.otherRows`. */
export function profileCounts(column: CategoricalColumnProfile): Map<string, number> {
  const { values, counts } = column.categories;
  return new Map(values.map((value, i) => [value, counts[i] ?? 0]));
}
