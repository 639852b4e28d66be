import { covarianceOf } from '../multivariate/covariance.js';
import { type Matrix, takeRows } from '../multivariate/matrix.js';
import { drawPlaces } from '../multivariate/seeded-draws.js';
import { seededRandom } from '../samples/seeded-random.js';
import { chiSquaredSurvival } from '../special/regularised-gamma.js';
import { chiSquaredCutoff } from './chi-squared-cutoff.js';
import { type Location, locate, locationOf, squaredMahalanobis } from './mahalanobis.js';

const STARTS = 30;
const KEPT_STARTS = 5;
const MAX_STEPS = 50;
/** A step costs rows × columns². */
const MAX_ROWS = 2_000;

/**
 * Location of the tightest half of the rows: up to nearly a half of the reference may be outliers
 * without moving it (minimum covariance determinant, by the fast algorithm, with one reweighting).
 *
 * Concentration steps, each of which takes the h = ⌊(n + d + 1) / 2⌋ rows nearest to the last mean
 * and covariance, from 30 seeded starts of d + 1 rows; the result is made consistent for normal rows.
 *
 * @param reference - more than twice as many rows as columns; past 2,000 rows a sample of them
 * @returns `null` where the rows are too few or half of them lie in a hyperplane
 * @see P. J. Rousseeuw, K. Van Driessen, A Fast Algorithm for the Minimum Covariance Determinant
 * Estimator, 1999; C. Croux, G. Haesbroeck, 1999, for the consistency factor
 */
export function locateRobustly(reference: Matrix, seed = 1): Location | null {
  const random = seededRandom(seed);
  const sampled = drawPlaces(reference.rows, Math.min(reference.rows, MAX_ROWS), random);
  const rows = takeRows(reference, sampled);
  const size = rows.columns;
  if (rows.rows <= 2 * size) return null;
  const kept = Math.floor((rows.rows + size + 1) / 2);
  const starts: Candidate[] = [];
  for (let i = 0; i < STARTS; i += 1) {
    const first = nearest(
      rows,
      locate(takeRows(rows, drawPlaces(rows.rows, size + 1, random))),
      kept,
    );
    starts.push(concentrate(rows, first, kept, 2));
  }
  starts.sort((a, b) => a.logDeterminant - b.logDeterminant);
  const best = starts
    .slice(0, KEPT_STARTS)
    .map((start) => concentrate(rows, start.places, kept, MAX_STEPS))
    .reduce((a, b) => (b.logDeterminant < a.logDeterminant ? b : a));
  if (best.logDeterminant === Number.NEGATIVE_INFINITY) return null;
  return reweighted(rows, consistent(takeRows(rows, best.places), kept / rows.rows));
}

interface Candidate {
  readonly places: Int32Array;
  /** −∞ where the rows lie in a hyperplane. */
  readonly logDeterminant: number;
}

function concentrate(rows: Matrix, from: Int32Array, kept: number, steps: number): Candidate {
  let current = candidate(rows, from);
  for (let i = 0; i < steps; i += 1) {
    const next = candidate(rows, nearest(rows, locate(takeRows(rows, current.places)), kept));
    if (!(next.logDeterminant < current.logDeterminant - 1e-12)) break;
    current = next;
  }
  return current;
}

function candidate(rows: Matrix, places: Int32Array): Candidate {
  const { rank, axes } = locate(takeRows(rows, places));
  const size = rows.columns;
  if (rank < size) return { places, logDeterminant: Number.NEGATIVE_INFINITY };
  let logDeterminant = 0;
  for (let k = 0; k < rank; k += 1) {
    let square = 0;
    for (const entry of axes.subarray(k * size, (k + 1) * size)) square += entry * entry;
    // An axis is a unit vector over the standard deviation.
    logDeterminant -= Math.log(square);
  }
  return { places, logDeterminant };
}

function nearest(rows: Matrix, location: Location, kept: number): Int32Array {
  const distances = squaredMahalanobis(location, rows);
  const order = Array.from(distances, (_, i) => i).sort(
    (a, b) => (distances[a] ?? 0) - (distances[b] ?? 0),
  );
  return Int32Array.from(order.slice(0, kept)).sort();
}

/** Of the `share` of rows nearest to the middle: a normal sample's covariance is larger by this. */
function consistent(rows: Matrix, share: number): Location {
  const { mean, covariance } = covarianceOf(rows);
  const size = rows.columns;
  const cutoff = chiSquaredCutoff(1 - share, size);
  const factor = share / (1 - chiSquaredSurvival(cutoff, size + 2));
  return locationOf(
    mean,
    covariance.map((value) => factor * value),
  );
}

/** The rows that are not far by the raw location: nearly all of a clean sample, so less noise. */
function reweighted(rows: Matrix, raw: Location): Location {
  const share = 0.975;
  const cutoff = chiSquaredCutoff(1 - share, rows.columns);
  const distances = squaredMahalanobis(raw, rows);
  const near = Int32Array.from(
    Array.from(distances, (_, i) => i).filter((i) => (distances[i] ?? 0) <= cutoff),
  );
  return near.length > rows.columns + 1 ? consistent(takeRows(rows, near), share) : raw;
}
