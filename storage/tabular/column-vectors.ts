import type { DuckDBVector } from '@duckdb/node-api';

/**
 * The values of a DOUBLE vector, NaN where one is missing: DuckDB's own memory where none is, else
 * `scratch`. The array lives as long as the chunk of the vector does.
 *
 * `getItem` costs a call and a check of one bit of a bigint for each value, ten times what reading
 * the array costs. The array is a private field of the vector; where another release of the
 * package has none, values are asked for one by one.
 *
 * @param scratch - at least `rows` long
 */
export function doublesOf(vector: DuckDBVector, rows: number, scratch: Float64Array): Float64Array {
  const items: unknown = Reflect.get(vector, 'items');
  const mask = maskOf(vector);
  if (!(items instanceof Float64Array) || mask === undefined) {
    for (let row = 0; row < rows; row += 1) {
      const value = vector.getItem(row);
      scratch[row] = typeof value === 'number' ? value : Number.NaN;
    }
    return scratch.subarray(0, rows);
  }
  if (mask === null) return items;
  for (let row = 0; row < rows; row += 1) {
    const isThere = ((mask[row >>> 5] ?? 0) >>> (row & 31)) & 1;
    scratch[row] = isThere === 1 ? (items[row] ?? Number.NaN) : Number.NaN;
  }
  return scratch.subarray(0, rows);
}

/**
 * One bit a row, 1 where the value is there, the first row lowest; `null` where all are there, and
 * `undefined` where the vector does not tell.
 */
export function maskOf(vector: DuckDBVector): Uint32Array | null | undefined {
  const validity: unknown = Reflect.get(vector, 'validity');
  if (typeof validity !== 'object' || validity === null || Reflect.get(validity, 'offset') !== 0) {
    return undefined;
  }
  const data: unknown = Reflect.get(validity, 'data');
  if (data === null) return null;
  if (!(data instanceof BigUint64Array)) return undefined;
  // Two halves of 32 bits are numbers; 64 bits would be a bigint for each test.
  return new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
}
