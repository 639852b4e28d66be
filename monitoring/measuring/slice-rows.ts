import type { SliceCondition, SliceSpec } from '../../contracts/index.js';
import type { Column } from '../../storage/tabular/table.js';
import { findColumn, type Pause } from './table-columns.js';
import type { WindowRows } from './window-rows.js';

/**
 * Rows of each slice: 1 where all of its conditions hold. Each column is read once, by itself; one
 * that is not there leaves its slices empty.
 */
export async function sliceMasks(
  rows: WindowRows,
  slices: readonly Pick<SliceSpec, 'where'>[],
  pause: Pause,
): Promise<readonly Uint8Array[]> {
  const masks = slices.map(() => new Uint8Array(rows.rows).fill(1));
  const names = new Set(slices.flatMap(({ where }) => where.map(({ column }) => column)));
  for (const name of names) {
    const column = findColumn(await rows.read([name]), name);
    const coded = column === undefined ? null : codedColumn(column);
    for (const [slice, { where }] of slices.entries()) {
      const mask = masks[slice];
      const own = where.filter((condition) => condition.column === name);
      if (mask === undefined || own.length === 0) continue;
      await pause();
      if (coded === null) mask.fill(0);
      else for (const condition of own) narrow(mask, coded, condition);
    }
  }
  return masks;
}

/** Places of the rows that a mask keeps. */
export function placesOf(mask: Uint8Array): Int32Array {
  const places = new Int32Array(countOf(mask));
  let at = 0;
  for (let row = 0; row < mask.length; row += 1) {
    if (mask[row] === 1) places[at++] = row;
  }
  return places;
}

/** How many rows a mask keeps. */
export function countOf(mask: Uint8Array): number {
  let count = 0;
  for (let row = 0; row < mask.length; row += 1) count += mask[row] ?? 0;
  return count;
}

/** Numbers as they are; texts by a code of each, −1 where it is missing. */
interface CodedColumn {
  readonly values: Float64Array | Int32Array;
  /** `null` for numbers. */
  readonly codes: ReadonlyMap<string, number> | null;
}

function codedColumn(column: Column): CodedColumn {
  if (column.kind !== 'string') return { values: column.values, codes: null };
  const codes = new Map<string, number>();
  const values = Int32Array.from(column.values, (text) => {
    if (text === null) return -1;
    const known = codes.get(text);
    if (known !== undefined) return known;
    codes.set(text, codes.size);
    return codes.size - 1;
  });
  return { values, codes };
}

/** A missing value meets no condition. Numbers and booleans of text are compared by their text. */
function narrow(mask: Uint8Array, { values, codes }: CodedColumn, condition: SliceCondition): void {
  if ('values' in condition) {
    const wanted = condition.values.map((value) =>
      codes === null ? numberOf(value) : (codes.get(String(value)) ?? Number.NaN),
    );
    for (let row = 0; row < mask.length; row += 1) {
      const value = values[row] ?? Number.NaN;
      // Not `includes`, for which one missing value is another.
      if (mask[row] === 1 && wanted.indexOf(value) === -1) mask[row] = 0;
    }
    return;
  }
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = condition;
  for (let row = 0; row < mask.length; row += 1) {
    const value = values[row] ?? Number.NaN;
    if (codes !== null || !(value >= from && value < to)) mask[row] = 0;
  }
}

/** `true` and `'true'` of a column of booleans are 1, as the column has them. */
function numberOf(value: string | number | boolean): number {
  if (value === 'true' || value === 'false') return Number(value === 'true');
  return typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
}
