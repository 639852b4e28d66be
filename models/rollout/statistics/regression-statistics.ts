import type { Estimate, LabelledRows } from './estimate.js';

/**
 * Root mean squared error M^½ with M the mean of the squared errors; by the delta method
 * ψᵢ = (eᵢ² − M) / (2 √M).
 *
 * @returns `null` without rows
 */
export function rmseEstimate({ labels, predictions }: LabelledRows): Estimate | null {
  const squares = squaredErrors(labels, predictions);
  const mean = meanOf(squares);
  if (!Number.isFinite(mean)) return null;
  const value = Math.sqrt(mean);
  // Without any error there is nothing to linearise, and nothing varies.
  const influence = squares.map((square) => (value === 0 ? 0 : (square - mean) / (2 * value)));
  return { value, influence };
}

/**
 * Coefficient of determination 1 − M/V, V the variance of the labels;
 * ψᵢ = −(eᵢ² − (M/V) (yᵢ − ȳ)²) / V.
 *
 * @returns `null` where all labels are equal
 */
export function r2Estimate({ labels, predictions }: LabelledRows): Estimate | null {
  const squares = squaredErrors(labels, predictions);
  const average = meanOf(labels);
  const spreads = labels.map((label) => (label - average) ** 2);
  const [residual, spread] = [meanOf(squares), meanOf(spreads)];
  if (!(spread > 0) || !Number.isFinite(residual)) return null;
  const unexplained = residual / spread;
  const influence = squares.map(
    (square, row) => -(square - unexplained * (spreads[row] ?? 0)) / spread,
  );
  return { value: 1 - unexplained, influence };
}

function squaredErrors(labels: Float64Array, predictions: Float64Array): Float64Array {
  return labels.map((label, row) => (label - (predictions[row] ?? Number.NaN)) ** 2);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
