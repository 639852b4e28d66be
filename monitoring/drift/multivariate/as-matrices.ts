import { checkComparable, finiteRows, type Matrix } from './matrix.js';
import type { MultivariateData } from './method-data.js';
import { joined } from './method-result.js';
import { type Feature, prepareFrames } from './prepare-frames.js';

/** Two sides in one space, whatever they came as. */
export interface MatrixPair {
  readonly reference: Matrix;
  readonly current: Matrix;
  readonly features: readonly Feature[];
  /** Columns that take part. */
  readonly columns: readonly string[];
  /** What was left out. */
  readonly note: string | null;
}

/**
 * Frames prepared ({@link prepareFrames}); vectors as they are, without those that hold a number
 * that is not finite.
 *
 * @throws RangeError when one side is a frame and the other vectors, or widths differ
 */
export function asMatrices(reference: MultivariateData, current: MultivariateData): MatrixPair {
  if (reference.kind === 'frame' && current.kind === 'frame') {
    const prepared = prepareFrames(reference, current);
    const { unused } = prepared;
    return {
      ...prepared,
      columns: [...new Set(prepared.features.map(({ column }) => column))],
      note:
        unused.length === 0 ? null : `constant, or not comparable, left out: ${unused.join(', ')}`,
    };
  }
  if (reference.kind === 'frame' || current.kind === 'frame') {
    throw new RangeError('one side is columns, the other vectors; both must be of one form');
  }
  checkComparable(reference.matrix, current.matrix);
  const [a, b] = [finiteRows(reference.matrix), finiteRows(current.matrix)];
  const { name } = reference;
  return {
    reference: a,
    current: b,
    features: Array.from({ length: a.columns }, (_, j) => ({
      name: `${name}[${j}]`,
      column: name,
    })),
    columns: [name],
    note: joined([
      leftOut('reference', reference.matrix.rows - a.rows),
      leftOut('current', current.matrix.rows - b.rows),
    ]),
  };
}

function leftOut(side: string, rows: number): string | null {
  return rows === 0 ? null : `${rows} ${side} vectors have a number that is not finite: left out`;
}
