import type { OutlierReport } from '../../../contracts/drift-report.js';
import type { Matrix } from '../multivariate/matrix.js';
import type { MultivariateData } from '../multivariate/method-data.js';
import { joined } from '../multivariate/method-result.js';
import { chiSquaredCutoff } from './chi-squared-cutoff.js';
import { type JudgedMatrices, judgedMatrices } from './judged-matrices.js';
import { type Location, locate, squaredDeparture, squaredMahalanobis } from './mahalanobis.js';
import { locateRobustly } from './minimum-covariance-determinant.js';
import { DEFAULT_OUTLIER_RATE, type OutlierOptions } from './outlier-options.js';
import { NOTHING_JUDGED, outlierSide } from './outlier-side.js';

/**
 * Rows by their squared Mahalanobis distance from the reference, past the chi-squared cutoff at
 * `rate`.
 *
 * @param robust - by the tightest half of the reference, which outliers in it do not move
 */
export function judgeByDistance(
  reference: MultivariateData,
  current: MultivariateData,
  options: OutlierOptions,
  robust: boolean,
): OutlierReport {
  const judged = judgedMatrices(reference, current);
  const method = robust ? 'robust-mahalanobis' : 'mahalanobis';
  const rate = options.rate ?? DEFAULT_OUTLIER_RATE;
  const { rows, columns } = judged.reference.matrix;
  if (rows < 2 || columns === 0) return nothing(method, judged, rate);
  const { location, note } = located(judged.reference.matrix, options.seed, robust);
  const scored = (matrix: Matrix): Float64Array => {
    const distances = squaredMahalanobis(location, matrix);
    // Fewer rows than columns keep relations by accident: every new row would break them.
    if (rows <= columns) return distances;
    const departure = squaredDeparture(location, matrix);
    return distances.map((distance, i) => distance + (departure[i] ?? 0));
  };
  const threshold = location.rank === 0 ? 0 : chiSquaredCutoff(rate, location.rank);
  return {
    method,
    columns: judged.columns,
    threshold,
    expectedRate: rate,
    reference: outlierSide(scored(judged.reference.matrix), threshold, judged.reference.places),
    current: outlierSide(scored(judged.current.matrix), threshold, judged.current.places),
    note: joined([judged.note, note]),
  };
}

function located(
  reference: Matrix,
  seed: number | undefined,
  robust: boolean,
): { readonly location: Location; readonly note: string | null } {
  if (!robust) {
    const few = reference.rows <= reference.columns;
    const note = `${reference.rows} rows for ${reference.columns} dimensions: only what lies along their differences is judged`;
    return { location: locate(reference), note: few ? note : null };
  }
  const location = locateRobustly(reference, seed);
  if (location !== null) return { location, note: null };
  const note =
    'too few rows, or half of them in a hyperplane: mean and covariance of all rows instead of the tightest half';
  return { location: locate(reference), note };
}

function nothing(method: string, judged: JudgedMatrices, rate: number): OutlierReport {
  const why =
    judged.columns.length === 0
      ? 'no column is on both sides with more than one value'
      : 'the reference has fewer than two rows';
  return {
    method,
    columns: judged.columns,
    threshold: null,
    expectedRate: rate,
    reference: NOTHING_JUDGED,
    current: NOTHING_JUDGED,
    note: joined([judged.note, why]),
  };
}
