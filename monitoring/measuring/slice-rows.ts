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
    await pause();
    const column = findColumn(await rows.read([name]), name);
    slices.forEach(({ where }, slice) => {
      const mask = masks[slice];
      for (const condition of where) {
        if (condition.column !== name || mask === undefined) continue;
        const holds = column === undefined ? () => false : holdsOn(column, condition);
        for (let row = 0; row < mask.length; row += 1) if (!holds(row)) mask[row] = 0;
      }
    });
  }
  return masks;
}

/** Places of the rows that a mask keeps. */
export function placesOf(mask: Uint8Array): Int32Array {
  const places = new Int32Array(mask.reduce((sum, kept) => sum + kept, 0));
  let at = 0;
  for (let row = 0; row < mask.length; row += 1) {
    if (mask[row] === 1) places[at++] = row;
  }
  return places;
}

/** A missing value meets no condition. Numbers and booleans of text are compared by their text. */
function holdsOn(column: Column, condition: SliceCondition): (row: number) => boolean {
  if ('values' in condition) {
    if (column.kind === 'string') {
      const texts = new Set(condition.values.map(String));
      return (row) => texts.has(column.values[row] ?? '') && column.values[row] !== null;
    }
    const numbers = new Set(condition.values.map((value) => numberOf(value)));
    return (row) => numbers.has(column.values[row] ?? Number.NaN) && !isNaNAt(column.values, row);
  }
  if (column.kind === 'string') return () => false;
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = condition;
  return (row) => {
    const value = column.values[row] ?? Number.NaN;
    return value >= from && value < to;
  };
}

/** `true` and `'true'` of a column of booleans are 1, as the column has them. */
function numberOf(value: string | number | boolean): number {
  if (value === 'true' || value === 'false') return Number(value === 'true');
  return typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
}

function isNaNAt(values: Float64Array, row: number): boolean {
  return Number.isNaN(values[row]);
}
