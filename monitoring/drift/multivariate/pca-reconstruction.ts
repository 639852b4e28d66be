import { seededRandom } from '../samples/seeded-random.js';
import { checkComparable, type Matrix } from './matrix.js';
import { insufficient, type MethodResult, MINIMUM_ROWS } from './method-result.js';
import { type MultivariateOptions, resolveOptions } from './options.js';
import { permutationPValue } from './permutation-test.js';
import { principalComponents, reconstructionErrors } from './principal-components.js';
import { capRows, splitInHalf } from './seeded-draws.js';

/** A row costs no more than its width times the components: many are used. */
export const RECONSTRUCTED_ROWS = 20_000;

/**
 * Drift of how well the reference's principal components describe a row: what changes when columns
 * no longer go together as they did.
 *
 * The components are learned on a random half of the reference; the mean error of the other half
 * and of the current rows are compared by relabelling, so that neither has been learned from.
 *
 * @param reference - at least 20 rows, for two halves of 10
 * @param current - at least 10 rows
 * @returns the statistic is the mean error of the current rows; details: `referenceError`,
 * `bandLow` and `bandHigh` (mean ± 3 standard errors of as many reference rows), `components`,
 * `keptVariance`, `referenceRows`, `currentRows`, `permutations`
 * @throws RangeError on different widths or an option out of range
 */
export function pcaReconstruction(
  reference: Matrix,
  current: Matrix,
  options: MultivariateOptions = {},
): MethodResult {
  checkComparable(reference, current);
  const { seed, permutations, maxRows } = resolveOptions({
    maxRows: RECONSTRUCTED_ROWS,
    ...options,
  });
  if (reference.rows < 2 * MINIMUM_ROWS || current.rows < MINIMUM_ROWS) {
    return insufficient(
      `${reference.rows} reference and ${current.rows} current rows; ${2 * MINIMUM_ROWS} and ${MINIMUM_ROWS} are needed`,
    );
  }
  if (reference.columns < 2) {
    return insufficient('one column alone is always reconstructed: two are needed');
  }
  const random = seededRandom(seed);
  const [learned, compared] = splitInHalf(capRows(reference, maxRows, random), random);
  const now = capRows(current, maxRows, random);
  const fitted = principalComponents(learned);
  const before = reconstructionErrors(fitted, compared);
  const after = reconstructionErrors(fitted, now);
  const errors = Float64Array.of(...before, ...after);
  const observed = Int32Array.from(before, (_, i) => i);
  const { mean, deviation } = meanAndDeviation(before);
  const room = (3 * deviation) / Math.sqrt(after.length);
  return {
    statistic: meanAndDeviation(after).mean,
    pValue: permutationPValue(
      meanDifference(errors),
      observed,
      errors.length,
      permutations,
      random,
    ),
    note: null,
    details: {
      referenceError: mean,
      bandLow: mean - room,
      bandHigh: mean + room,
      components: fitted.components,
      keptVariance: fitted.keptVariance,
      referenceRows: before.length,
      currentRows: after.length,
      permutations,
    },
  };
}

export interface ReconstructionBand {
  readonly low: number;
  readonly high: number;
  /** Mean error of each chunk of the reference, then of each later one. */
  readonly reference: readonly number[];
  readonly current: readonly { readonly error: number; readonly outside: boolean }[];
}

/**
 * Mean reconstruction errors of chunks in time, against the mean ± 3 standard deviations of those of
 * the reference's own chunks: seasons and autocorrelation inside the reference widen the band.
 *
 * @param reference - chunks in order, at least 8, each with a row; the components are learned on
 * every second of them and the band is that of the others
 * @param current - chunks of the same width
 * @throws RangeError on fewer chunks, an empty chunk or different widths
 */
export function reconstructionBand(
  reference: readonly Matrix[],
  current: readonly Matrix[],
): ReconstructionBand {
  if (reference.length < 8) {
    throw new RangeError(`a band needs 8 chunks of the reference, not ${reference.length}`);
  }
  for (const chunk of [...reference, ...current]) {
    checkComparable(reference[0] ?? chunk, chunk);
    if (chunk.rows === 0) throw new RangeError('a chunk has no rows');
  }
  const fitted = principalComponents(joinedRows(reference.filter((_, i) => i % 2 === 0)));
  const errorOf = (chunk: Matrix) => meanAndDeviation(reconstructionErrors(fitted, chunk)).mean;
  const held = Float64Array.from(
    reference.filter((_, i) => i % 2 === 1),
    errorOf,
  );
  const { mean, deviation } = meanAndDeviation(held);
  const [low, high] = [mean - 3 * deviation, mean + 3 * deviation];
  return {
    low,
    high,
    reference: reference.map(errorOf),
    current: current.map((chunk) => {
      const error = errorOf(chunk);
      return { error, outside: error < low || error > high };
    }),
  };
}

function joinedRows(chunks: readonly Matrix[]): Matrix {
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  const columns = chunks[0]?.columns ?? 0;
  const values = new Float64Array(rows * columns);
  let at = 0;
  for (const chunk of chunks) {
    values.set(chunk.values, at);
    at += chunk.values.length;
  }
  return { rows, columns, values };
}

function meanAndDeviation(values: Float64Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}

/** Difference of means of a group and the rest, without its sign. */
function meanDifference(values: Float64Array): (group: Int32Array) => number {
  const total = values.reduce((sum, value) => sum + value, 0);
  return (group) => {
    let sum = 0;
    for (let i = 0; i < group.length; i += 1) sum += values[group[i] ?? 0] ?? 0;
    return Math.abs(sum / group.length - (total - sum) / (values.length - group.length));
  };
}
