import { describe, expect, it } from 'vitest';
import {
  boundsFromQuantiles,
  boundsOf,
  findOutlierMethod,
  type MultivariateData,
  type OutlierOptions,
} from '../../../../monitoring/drift/index.js';
import { categories, frame, numbers } from '../multivariate/data-frames.js';
import { normalMatrix } from '../multivariate/normal-matrix.js';

function judge(reference: MultivariateData, current: MultivariateData, options?: OutlierOptions) {
  const method = findOutlierMethod('column-bounds');
  if (method.runsIn !== 'typescript') throw new Error('column-bounds runs here');
  return method.judge(reference, current, options);
}

describe('bounds of a column', () => {
  it('are three interquartile ranges beyond the quartiles', () => {
    const quantiles = { min: 0, lower: 2, upper: 4, max: 9 };
    expect(boundsFromQuantiles(quantiles)).toEqual({ low: -4, high: 10, unit: 2 });
    expect(boundsFromQuantiles(quantiles, 1.5)).toEqual({ low: -1, high: 7, unit: 2 });
    expect(boundsOf(Float64Array.of(1, 2, 3, 4, 5))).toEqual({ low: -4, high: 10, unit: 2 });
  });

  it('are the ends of the reference where its quartiles are equal', () => {
    expect(boundsOf(Float64Array.of(0, 0, 0, 0, 7))).toEqual({ low: 0, high: 7, unit: 7 });
    expect(boundsOf(Float64Array.of(5, 5))).toEqual({ low: 5, high: 5, unit: 5 });
    expect(boundsOf(Float64Array.of(Number.NaN, Infinity))).toBeNull();
  });

  it('are refused where quantiles are no quantiles', () => {
    expect(() => boundsFromQuantiles({ min: 3, lower: 2, upper: 4, max: 9 })).toThrow(
      'quantiles are finite and ascending, not 3, 2, 4, 9',
    );
    expect(() => boundsOf(Float64Array.of(1, 2), -1)).toThrow('fences are ≥ 0, not -1');
  });
});

describe('outliers by column-bounds', () => {
  const reference = frame(
    numbers('x', 1, 2, 3, 4, 5),
    numbers('y', 10, 20, 30, 40, 50),
    categories('c', 'a', 'b', 'a', 'b', 'a'),
  );

  it('are scored by their worst column, in its interquartile ranges', () => {
    const current = frame(
      numbers('x', 3, 14, Number.NaN, 12, -Infinity),
      numbers('y', 30, 30, 30, 160, 30),
      categories('c', 'a', 'a', 'a', 'a', 'a'),
    );
    const found = judge(reference, current);
    expect(found).toMatchObject({
      columns: ['x', 'y'],
      threshold: 0,
      expectedRate: null,
      reference: { rows: 5, outliers: 0, rate: 0 },
      note: 'without bounds: c',
    });
    expect(found.current.indices).toEqual([1, 3, 4]);
    expect(found.current.scores).toEqual([2, 3, Number.MAX_VALUE]);
    expect(found.current.rate).toBe(0.6);
  });

  it('take bounds that are given', () => {
    const found = judge(reference, reference, { bounds: { x: { low: 2, high: 4, unit: 1 } } });
    expect(found.reference.indices).toEqual([0, 4]);
    expect(() =>
      judge(reference, reference, { bounds: { x: { low: 2, high: 1, unit: 1 } } }),
    ).toThrow('bounds of x: low ≤ high and unit > 0');
  });

  it('are few in clean normal columns', () => {
    const column = (seed: number) => numbers('x', ...normalMatrix(seed, 5_000, 1).values);
    expect(judge(frame(column(1)), frame(column(2))).current.outliers).toBeLessThan(3);
  });

  it('are refused for vectors, with the reason', () => {
    const vectors = { kind: 'vectors', name: 'v', matrix: normalMatrix(1, 5, 2) } as const;
    expect(() => judge(vectors, vectors)).toThrow('a dimension of an embedding means nothing');
  });

  it('are defined without numbers and without rows', () => {
    const texts = frame(categories('c', 'a'));
    expect(judge(texts, texts)).toMatchObject({ threshold: null, current: { outliers: 0 } });
    const empty = frame(numbers('x'));
    expect(judge(reference, empty).current).toMatchObject({ rows: 0, rate: null });
  });
});

describe('the registry of outlier methods', () => {
  it('names what exists, the nearest first', () => {
    expect(() => findOutlierMethod('mahalanobi')).toThrow(
      "no outlier method is called 'mahalanobi' (did you mean 'mahalanobis'?); there are mahalanobis, robust-mahalanobis, column-bounds, isolation-forest",
    );
  });
});
