import type { ColumnValues } from '../samples/column-values.js';
import type { Matrix } from './matrix.js';

export interface NamedColumn {
  readonly name: string;
  readonly column: ColumnValues;
}

/** Columns of numbers and categories, all with the same number of rows. */
export interface FrameData {
  readonly kind: 'frame';
  readonly columns: readonly NamedColumn[];
}

/** One vector a row: embeddings of texts or images, windows of a time series. */
export interface VectorData {
  readonly kind: 'vectors';
  /** Of the column. */
  readonly name: string;
  readonly matrix: Matrix;
}

/** What one side of a multivariate comparison is. */
export type MultivariateData = FrameData | VectorData;
export type MultivariateDataKind = MultivariateData['kind'];

/** Rows of one side, before any is left out. */
export function rowsOf(data: MultivariateData): number {
  return data.kind === 'vectors' ? data.matrix.rows : (data.columns[0]?.column.values.length ?? 0);
}
