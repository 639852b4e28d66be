import type { ColumnValues } from '../samples/column-values.js';
import { encodeCategories } from './encode-categories.js';
import { type EncodedFeature, encodeNumbers } from './encode-numbers.js';
import type { Matrix } from './matrix.js';
import type { FrameData } from './method-data.js';

/** One column of a prepared matrix. */
export interface Feature {
  /** `age`, `age is missing`, `city = Ulm`, `city is another`. */
  readonly name: string;
  /** Name of the column that it was made of. */
  readonly column: string;
}

export interface PreparedFrames {
  readonly reference: Matrix;
  readonly current: Matrix;
  /** One a column of the matrices. */
  readonly features: readonly Feature[];
  /** Columns without any use: on one side alone, of two kinds, or the same value in every row. */
  readonly unused: readonly string[];
}

/**
 * Two frames as two matrices in the same space.
 *
 * Numbers: minus the reference's mean, divided by its standard deviation; ±∞ stand at the
 * reference's ends; a missing one becomes 0, the mean. Categories: a column of 0 and 1 for each of
 * the 30 most frequent of both sides together, one for all others. A column that lacks values on
 * either side has a further one of 0 and 1 that says where.
 *
 * @throws RangeError when columns of one side have different numbers of rows
 * @example
 * const numbers = (...values: number[]) => ({ kind: 'numeric', values: Float64Array.from(values) });
 * prepareFrames(
 *   { kind: 'frame', columns: [{ name: 'x', column: numbers(1, 3) }] },
 *   { kind: 'frame', columns: [{ name: 'x', column: numbers(4) }] },
 * ).current.values; // Float64Array [1.4142]: (4 − 2) / √2
 */
export function prepareFrames(reference: FrameData, current: FrameData): PreparedFrames {
  const rows = { reference: rowsOfFrame(reference), current: rowsOfFrame(current) };
  const others = new Map(current.columns.map(({ name, column }) => [name, column]));
  const encoded: { readonly column: string; readonly feature: EncodedFeature }[] = [];
  const unused: string[] = [];
  for (const { name, column } of reference.columns) {
    const other = others.get(name);
    const made = other === undefined ? [] : encode(name, column, other);
    if (made.length === 0) unused.push(name);
    encoded.push(...made.map((feature) => ({ column: name, feature })));
  }
  const known = new Set(reference.columns.map(({ name }) => name));
  unused.push(...current.columns.map(({ name }) => name).filter((name) => !known.has(name)));
  return {
    reference: interleaved(
      encoded.map(({ feature }) => feature.reference),
      rows.reference,
    ),
    current: interleaved(
      encoded.map(({ feature }) => feature.current),
      rows.current,
    ),
    features: encoded.map(({ column, feature }) => ({ name: feature.name, column })),
    unused,
  };
}

function encode(name: string, reference: ColumnValues, current: ColumnValues): EncodedFeature[] {
  if (reference.kind === 'numeric' && current.kind === 'numeric') {
    return encodeNumbers(name, reference.values, current.values);
  }
  if (reference.kind === 'categorical' && current.kind === 'categorical') {
    return encodeCategories(name, reference.values, current.values);
  }
  return [];
}

function rowsOfFrame({ columns }: FrameData): number {
  const rows = columns[0]?.column.values.length ?? 0;
  for (const { name, column } of columns) {
    if (column.values.length !== rows) {
      throw new RangeError(
        `column ${name} has ${column.values.length} rows, the first has ${rows}`,
      );
    }
  }
  return rows;
}

function interleaved(columns: readonly Float64Array[], rows: number): Matrix {
  const values = new Float64Array(rows * columns.length);
  columns.forEach((column, j) => {
    for (let i = 0; i < rows; i += 1) values[i * columns.length + j] = column[i] ?? 0;
  });
  return { rows, columns: columns.length, values };
}
