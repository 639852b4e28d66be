import { searchSorted } from '../samples/column-values.js';

const BINS = 20;

/** What the reference leaves open about means that were learned from it, by place on a scale. */
export interface CalibrationDoubt {
  /** Lower ends of the bins but the first, ascending. */
  readonly edges: Float64Array;
  /** Squared standard error of the mean in each bin. */
  readonly variances: Float64Array;
}

/**
 * Squared standard errors of the mean outcome in bins of equal row counts. A calibration that was
 * learned from few rows is no better known than their mean.
 *
 * @param places - scores, or expected losses: what rows are binned by
 * @param outcomes - whose mean was learned, same length, at least one
 * @param spread - variance of one outcome in a bin, from its rows, mean and mean square
 */
export function calibrationDoubt(
  places: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  spread: (rows: number, mean: number, meanSquare: number) => number,
): CalibrationDoubt {
  const rows = places.length;
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  order.sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const at = (place: number) => places[order[place] ?? 0] ?? 0;
  const [edges, variances]: [number[], number[]] = [[], []];
  for (let start = 0; start < rows; ) {
    let end = Math.min(rows, start + Math.max(1, Math.ceil(rows / BINS)));
    while (end < rows && at(end) === at(end - 1)) end += 1;
    let [sum, squares] = [0, 0];
    for (let place = start; place < end; place += 1) {
      const outcome = outcomes[order[place] ?? 0] ?? 0;
      sum += outcome;
      squares += outcome ** 2;
    }
    const size = end - start;
    variances.push(spread(size, sum / size, squares / size) / size);
    if (start > 0) edges.push(at(start));
    start = end;
  }
  return { edges: Float64Array.from(edges), variances: Float64Array.from(variances) };
}

/** Variance of a 0/1 outcome; one more of each keeps a bin that was all of one kind in doubt. */
export function shareSpread(rows: number, mean: number): number {
  const share = (mean * rows + 1) / (rows + 2);
  return share * (1 - share);
}

/**
 * Variance that the doubt puts into a figure: Σ over bins of (Σ of the figure's derivatives by the
 * rows' means)² × the bin's squared standard error.
 */
export function doubtVariance(
  { edges, variances }: CalibrationDoubt,
  places: ArrayLike<number>,
  derivatives: ArrayLike<number>,
): number {
  const sums = new Float64Array(variances.length);
  for (let row = 0; row < places.length; row += 1) {
    const bin = searchSorted(edges, places[row] ?? 0, true);
    sums[bin] = (sums[bin] ?? 0) + (derivatives[row] ?? 0);
  }
  return sums.reduce((total, sum, bin) => total + sum ** 2 * (variances[bin] ?? 0), 0);
}
