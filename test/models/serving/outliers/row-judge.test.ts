import { describe, expect, test } from 'vitest';
import { RowJudge } from '../../../../models/serving/outliers/row-judge.js';
import type { CategoricalProfile, NumericProfile } from '../../../../monitoring/drift/index.js';

const temperature: NumericProfile = {
  kind: 'numeric',
  name: 'temperature',
  rows: 5,
  missingShare: 0,
  calibrations: [],
  infinite: 0,
  min: 0,
  max: 40,
  mean: 20,
  standardDeviation: 15.8,
  skewness: 0,
  bins: null,
  sample: { exact: true, values: [0, 10, 20, 30, 40] },
};

const season: CategoricalProfile = {
  kind: 'categorical',
  name: 'season',
  rows: 5,
  missingShare: 0,
  calibrations: [],
  categories: [
    { value: 'winter', rows: 3 },
    { value: 'summer', rows: 2 },
  ],
  otherRows: 0,
  distinct: 2,
  newValueShare: 0,
};

describe('a row is unlike the reference', () => {
  test('in a number that lies past three interquartile ranges beyond the quartiles', () => {
    const judge = new RowJudge([temperature]);
    // Quartiles 10 and 30: the fences are at −50 and 90.
    expect(judge.outliers({ temperature: 90 })).toEqual([]);
    expect(judge.outliers({ temperature: 90.1 })).toEqual(['temperature']);
    expect(judge.outliers({ temperature: -50 })).toEqual([]);
    expect(judge.outliers({ temperature: -51 })).toEqual(['temperature']);
  });

  test('in a category that the reference never had', () => {
    const judge = new RowJudge([temperature, season]);
    expect(judge.outliers({ temperature: 20, season: 'summer' })).toEqual([]);
    expect(judge.outliers({ temperature: 900, season: 'monsoon' })).toEqual([
      'temperature',
      'season',
    ]);
  });

  test('but not for what is missing, nor where the reference knows too little', () => {
    const judge = new RowJudge([
      { ...temperature, min: null, max: null, sample: { exact: true, values: [] } },
      { ...season, otherRows: 7 },
    ]);
    expect(judge.outliers({ temperature: 1e9, season: 'monsoon' })).toEqual([]);
    expect(new RowJudge([temperature, season]).outliers({ temperature: null })).toEqual([]);
  });

  test('outside of the one value that a constant column has', () => {
    const judge = new RowJudge([
      { ...temperature, min: 7, max: 7, sample: { exact: true, values: [7, 7, 7] } },
    ]);
    expect(judge.outliers({ temperature: 7 })).toEqual([]);
    expect(judge.outliers({ temperature: 8 })).toEqual(['temperature']);
  });
});
