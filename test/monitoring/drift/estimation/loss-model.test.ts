import { describe, expect, it } from 'vitest';
import {
  type ColumnValues,
  expectLosses,
  isLossModel,
  type LossModel,
} from '../../../../monitoring/drift/index.js';

/** Twice the loss where the number is above 1; three times that in the north. */
const MODEL: LossModel = {
  format: 'millrace-loss/1',
  level: 10,
  base: 0,
  features: [{}, { categories: ['south', 'north'], known: [0, 1] }],
  trees: [
    {
      feature: [0, -1, -1],
      threshold: [1, 0, 0],
      left: [null, null, null],
      missing: [true, false, false],
      children: [
        [1, 2],
        [0, 0],
        [0, 0],
      ],
      value: [0, 0, Math.log(2)],
    },
    {
      feature: [1, -1, -1],
      threshold: [0, 0, 0],
      left: [[1], null, null],
      missing: [false, false, false],
      children: [
        [1, 2],
        [0, 0],
        [0, 0],
      ],
      value: [0, Math.log(3), 0],
    },
  ],
};

const numbers = (...values: number[]): ColumnValues => ({
  kind: 'numeric',
  values: Float64Array.from(values),
});
const texts = (...values: (string | null)[]): ColumnValues => ({ kind: 'categorical', values });

describe('a model of the loss', () => {
  it('multiplies what its trees say of each row', () => {
    const rows = [numbers(1, 2, 1, 2), texts('south', 'south', 'north', 'north')];
    const losses = Array.from(expectLosses(MODEL, rows), Math.round);
    expect(losses).toEqual([10, 20, 30, 60]);
  });

  it('has a place for values that are missing, infinite, or of a category never seen', () => {
    const rows = [numbers(Number.NaN, Infinity, 2, 2), texts('north', 'north', null, 'atlantis')];
    const losses = Array.from(expectLosses(MODEL, rows), Math.round);
    expect(losses).toEqual([30, 30, 20, 20]);
  });

  it('refuses columns of another kind, and documents of another format', () => {
    expect(() => expectLosses(MODEL, [texts('1'), texts('north')])).toThrow(RangeError);
    expect(() => expectLosses(MODEL, [numbers(1)])).toThrow(RangeError);
    expect(isLossModel(MODEL)).toBe(true);
    expect(isLossModel({ ...MODEL, format: 'millrace-loss/2' })).toBe(false);
    expect(isLossModel(null)).toBe(false);
  });
});
