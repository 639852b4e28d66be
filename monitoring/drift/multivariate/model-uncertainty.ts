import type { MultivariateDrift } from '../../../contracts/drift-report.js';
import { kolmogorovSmirnov } from '../univariate/kolmogorov-smirnov.js';
import { asMatrices } from './as-matrices.js';
import type { Matrix } from './matrix.js';
import type { MultivariateData } from './method-data.js';
import { joined, tooFewRows, withVerdict } from './method-result.js';
import { type MultivariateOptions, resolveOptions } from './options.js';

/** How far a row of probabilities may be from a sum of 1: single precision and printed digits. */
const SUM_TOLERANCE = 1e-3;

/**
 * Entropy of each row of class probabilities, in nats: 0 where the model is sure, ln k where it
 * cannot tell k classes apart.
 *
 * @param probabilities - one row a prediction, in [0, 1], summing to 1
 * @throws RangeError where a row is no distribution
 * @example predictionEntropy(matrixOf([[0.5, 0.5]])); // Float64Array [0.6931]
 */
export function predictionEntropy(probabilities: Matrix): Float64Array {
  const { rows, columns, values } = probabilities;
  return Float64Array.from({ length: rows }, (_, i) => {
    let [sum, entropy] = [0, 0];
    for (const p of values.subarray(i * columns, (i + 1) * columns)) {
      if (!(p >= 0 && p <= 1)) throw new RangeError(`row ${i} has the probability ${p}`);
      sum += p;
      if (p > 0) entropy -= p * Math.log(p);
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new RangeError(`row ${i} sums to ${sum}; class probabilities sum to 1`);
    }
    return Math.max(0, entropy);
  });
}

/**
 * Standard deviation of each row: how much the members of an ensemble disagree about a prediction.
 *
 * @param predictions - one row a prediction, one column a member, two or more
 * @throws RangeError with fewer than two members
 * @example predictionSpread(matrixOf([[1, 3]])); // Float64Array [1]
 */
export function predictionSpread(predictions: Matrix): Float64Array {
  const { rows, columns, values } = predictions;
  if (columns < 2) throw new RangeError(`a spread needs two members, not ${columns}`);
  return Float64Array.from({ length: rows }, (_, i) => {
    const row = values.subarray(i * columns, (i + 1) * columns);
    let [mean, squares] = [0, 0];
    for (const value of row) mean += value / columns;
    for (const value of row) squares += (value - mean) ** 2 / columns;
    return Math.sqrt(squares);
  });
}

/** Vectors that are a model's own predictions: their uncertainty by Kolmogorov and Smirnov's test. */
export function comparePredictions(
  method: string,
  uncertaintyOf: (predictions: Matrix) => Float64Array,
): (
  reference: MultivariateData,
  current: MultivariateData,
  options?: MultivariateOptions,
) => MultivariateDrift {
  return (reference, current, options = {}) => {
    const resolved = resolveOptions(options);
    const pair = asMatrices(reference, current);
    const few = tooFewRows(pair.reference.rows, pair.current.rows);
    if (few !== null) return withVerdict(method, pair.columns, few, resolved);
    const [before, after] = [uncertaintyOf(pair.reference), uncertaintyOf(pair.current)];
    const { statistic, pValue } = kolmogorovSmirnov(before, after);
    const mean = (side: Float64Array) => side.reduce((sum, value) => sum + value, 0) / side.length;
    const details = {
      referenceUncertainty: mean(before),
      currentUncertainty: mean(after),
      referenceRows: before.length,
      currentRows: after.length,
    };
    const note = joined([pair.note]);
    return withVerdict(method, pair.columns, { statistic, pValue, note, details }, resolved);
  };
}
