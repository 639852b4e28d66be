import { describe, expect, it } from 'vitest';
import type { SliceCondition } from '../../../contracts/index.js';
import { placesOf, sliceMasks } from '../../../monitoring/measuring/slice-rows.js';
import { rowsOfTable } from '../../../monitoring/measuring/window-rows.js';

const NOTHING = Number.NaN;
const ROWS = rowsOfTable({
  rows: 5,
  metadata: {},
  columns: [
    { name: 'region', kind: 'string', values: ['north', 'south', null, '7', 'north'] },
    { name: 'age', kind: 'number', values: Float64Array.of(10, 20, 30, NOTHING, 40) },
    { name: 'member', kind: 'boolean', values: Float64Array.of(1, 0, 1, 0, NOTHING) },
  ],
});

async function placesWhere(...where: SliceCondition[]): Promise<number[]> {
  const [mask] = await sliceMasks(ROWS, [{ where }], async () => {});
  return Array.from(placesOf(mask ?? new Uint8Array()));
}

describe('the rows of a slice', () => {
  it('have one of the values, a range, or a truth', async () => {
    expect(await placesWhere({ column: 'region', values: ['north'] })).toEqual([0, 4]);
    expect(await placesWhere({ column: 'region', values: [7, 'south'] })).toEqual([1, 3]);
    expect(await placesWhere({ column: 'age', from: 20, to: 40 })).toEqual([1, 2]);
    expect(await placesWhere({ column: 'age', to: 30 })).toEqual([0, 1]);
    expect(await placesWhere({ column: 'age', values: ['20', 40] })).toEqual([1, 4]);
    expect(await placesWhere({ column: 'member', values: [true] })).toEqual([0, 2]);
    expect(await placesWhere({ column: 'member', values: ['false'] })).toEqual([1, 3]);
  });

  it('meet all conditions, also two of one column', async () => {
    const north: SliceCondition = { column: 'region', values: ['north'] };
    expect(await placesWhere(north, { column: 'age', from: 20 })).toEqual([4]);
    expect(
      await placesWhere({ column: 'age', from: 20 }, { column: 'age', values: [10, 20] }),
    ).toEqual([1]);
  });

  it('are none where values are missing, of another kind, or the column is not there', async () => {
    expect(await placesWhere({ column: 'region', values: ['null', ''] })).toEqual([]);
    expect(await placesWhere({ column: 'region', from: 0 })).toEqual([]);
    expect(await placesWhere({ column: 'age', values: ['old', ''] })).toEqual([]);
    expect(await placesWhere({ column: 'income', from: 0 })).toEqual([]);
  });
});
