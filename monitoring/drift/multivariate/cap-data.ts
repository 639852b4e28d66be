import type { ColumnValues } from '../samples/column-values.js';
import { takeRows } from './matrix.js';
import { type MultivariateData, rowsOf } from './method-data.js';
import { capPlaces } from './seeded-draws.js';

/** At most `maxRows` rows, drawn without replacement before anything is made of them. */
export function capData<T extends MultivariateData>(data: T, maxRows: number, seed: number): T {
  const rows = rowsOf(data);
  return rows <= maxRows ? data : takeDataRows(data, capPlaces(rows, maxRows, seed));
}

/** The rows at these places, in this order. */
export function takeDataRows<T extends MultivariateData>(data: T, places: ArrayLike<number>): T {
  if (data.kind === 'vectors') return { ...data, matrix: takeRows(data.matrix, places) };
  const columns = data.columns.map(({ name, column }) => ({
    name,
    column: takeValues(column, places),
  }));
  return { ...data, columns };
}

/** The values of the rows at these places; missing where there is no such row. */
export function takeValues(column: ColumnValues, places: ArrayLike<number>): ColumnValues {
  const at = Array.from(places);
  return column.kind === 'numeric'
    ? { kind: 'numeric', values: Float64Array.from(at, (i) => column.values[i] ?? Number.NaN) }
    : { kind: 'categorical', values: at.map((i) => column.values[i] ?? null) };
}
