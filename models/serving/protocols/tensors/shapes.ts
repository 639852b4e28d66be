import { MillraceError } from '../../../../contracts/index.js';
import { type Datatype, expectedValue, fitsDatatype } from './datatypes.js';
import { shown } from './rows-from-tensors.js';

/** More rows than this in one request would cost more memory than the body's limit promises. */
export const MAX_ROWS = 100_000;

/**
 * How many values a tensor of this shape has.
 *
 * @throws MillraceError `InvalidInput` for a shape that is no table, or has too many rows
 */
export function elementCount(name: string, shape: readonly number[]): number {
  const [rows = 0, width = 1] = shape;
  if (shape.length === 0 || shape.length > 2) {
    throw new MillraceError(
      'InvalidInput',
      `input ${shown(name)} has shape [${shape.slice(0, 8)}]`,
      'a column has shape [N] or [N, 1], a table [N, k]',
    );
  }
  requireRowCount(rows);
  const count = rows * width;
  if (Number.isSafeInteger(count)) return count;
  throw new MillraceError('InvalidInput', `input ${shown(name)} has shape [${shape}]`);
}

/** @throws MillraceError `InvalidInput` for more rows than one request may have */
export function requireRowCount(rows: number): void {
  if (rows <= MAX_ROWS) return;
  throw new MillraceError(
    'InvalidInput',
    `the request has ${rows} rows, one may have ${MAX_ROWS}`,
    'send them in parts',
  );
}

/**
 * The values of a tensor's `data`, which is flat or nested by rows.
 *
 * @throws MillraceError `InvalidInput` naming the value that does not fit shape or datatype
 */
export function valuesOfData(
  name: string,
  shape: readonly number[],
  datatype: Datatype,
  data: readonly unknown[],
): readonly unknown[] {
  const count = elementCount(name, shape);
  const flat = Array.isArray(data[0]) ? unnested(name, shape, data) : data;
  if (flat.length !== count) {
    throw new MillraceError(
      'InvalidInput',
      `input ${shown(name)} has ${flat.length} values where its shape says ${count}`,
    );
  }
  const wrong = flat.findIndex((value) => !fitsDatatype(datatype, value));
  if (wrong === -1) return flat;
  const row = Math.floor(wrong / (shape[1] ?? 1));
  throw new MillraceError(
    'InvalidInput',
    `field ${shown(name)} of row ${row}: ${shownValue(flat[wrong])} is not ${expectedValue(datatype)}`,
    `its datatype is ${datatype}`,
  );
}

function unnested(
  name: string,
  shape: readonly number[],
  data: readonly unknown[],
): readonly unknown[] {
  const width = shape[1] ?? 1;
  return data.flatMap((row, index) => {
    if (Array.isArray(row) && row.length === width) return row;
    throw new MillraceError(
      'InvalidInput',
      `row ${index} of input ${shown(name)} is not a list of ${width}, as its shape says`,
      'nest data by its rows, or give it flat',
    );
  });
}

/** A short form of anything that a client may send. */
function shownValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
