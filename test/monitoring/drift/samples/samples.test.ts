import { describe, expect, it } from 'vitest';
import { alignCounts, sortedPresent } from '../../../../monitoring/drift/samples/column-values.js';
import { finitePart } from '../../../../monitoring/drift/samples/finite-part.js';
import {
  commonOrigin,
  commonScale,
  momentsOf,
  spreadOfBoth,
} from '../../../../monitoring/drift/samples/moments.js';
import {
  areBinsValues,
  countBins,
  quantileBinEdges,
} from '../../../../monitoring/drift/samples/quantile-bins.js';
import { tieGroups } from '../../../../monitoring/drift/samples/tie-groups.js';
import { fc } from '../../../support/property.js';

const { MAX_VALUE, NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;
const f64 = (...values: number[]) => Float64Array.of(...values);

describe('values', () => {
  it('are sorted without the missing; infinite ones stand at the ends', () => {
    expect(sortedPresent(f64(2, Number.NaN, POSITIVE_INFINITY, 1, NEGATIVE_INFINITY))).toEqual(
      f64(-MAX_VALUE, 1, 2, MAX_VALUE),
    );
  });

  it('lose the stand-ins of infinite ones where distances count', () => {
    expect(finitePart(f64(-MAX_VALUE, 1, 2, MAX_VALUE))).toEqual(f64(1, 2));
    expect(finitePart(f64(-MAX_VALUE, MAX_VALUE))).toHaveLength(0);
  });

  it('of categories are aligned by name', () => {
    const aligned = alignCounts(
      new Map([
        ['true', 2],
        ['false', 1],
      ]),
      new Map([['maybe', 3]]),
    );
    expect(aligned).toEqual({ reference: [1, 0, 2], current: [0, 3, 0] });
  });
});

describe('quantile bins', () => {
  it.each([
    ['flags of both kinds', [500, 500], [0, 1, 1], [0, 500, 500, 0]],
    ['rare flags', [970, 30], [0, 1, 1], [0, 970, 30, 0]],
    ['frequent flags', [30, 970], [0, 1, 1], [0, 30, 970, 0]],
    ['a few marks', [10, 600, 300, 90], [0, 1, 2, 3, 3], [0, 10, 600, 300, 90, 0]],
    ['one value', [7], [0], [0, 7, 0]],
  ])('give a value that fills a bin one of its own: %s', (_, rows, edges, counts) => {
    const sorted = Float64Array.from(rows.flatMap((count, value) => Array(count).fill(value)));
    expect(quantileBinEdges(sorted)).toEqual(edges);
    expect([...countBins(edges, sorted)]).toEqual(counts);
    expect(areBinsValues(quantileBinEdges(sorted), sorted)).toBe(true);
  });

  it('divide what is left beside a value that most rows have', () => {
    const amounts = Float64Array.from({ length: 1000 }, (_, row) => Math.max(0, row - 749));
    const edges = quantileBinEdges(amounts);
    expect(edges).toEqual([0, 1, 51, 151, 250]);
    expect([...countBins(edges, amounts)]).toEqual([0, 750, 50, 100, 100, 0]);
    expect(areBinsValues(edges, amounts)).toBe(false);
  });

  it('come from the reference alone and count the mass outside it', () => {
    const edges = quantileBinEdges(f64(1, 2, 3, 4), 2);
    expect(edges).toEqual([1, 3, 4]);
    expect([...countBins(edges, f64(0, 1, 3, 4, 9, Number.NaN, POSITIVE_INFINITY))]).toEqual([
      1, 1, 2, 2,
    ]);
  });

  it('have one bin between for a constant', () => {
    expect([...countBins([7], f64(6, 7, 7, 8))]).toEqual([1, 2, 1]);
  });

  it('count every value that is there, once', () => {
    const values = fc.array(fc.double(), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const present = Float64Array.from(a.filter(Number.isFinite)).sort();
        fc.pre(present.length > 0);
        const counts = countBins(quantileBinEdges(present), Float64Array.from(b));
        expect(counts.reduce((x, y) => x + y, 0)).toBe(b.filter((v) => !Number.isNaN(v)).length);
      }),
    );
  });
});

describe('moments', () => {
  it('give their worked examples', () => {
    expect(momentsOf(f64(1, 3), 0.25)).toEqual({ rows: 2, mean: 0.5, variance: 0.0625 });
    expect(commonScale(f64(-3, 1), f64(2))).toBe(0.25);
    expect(commonOrigin(f64(5, 9), f64(7))).toBe(5);
    expect(commonOrigin(f64(-9, -5), f64(-7))).toBe(-5);
    expect(commonOrigin(f64(-9, 5), f64(7))).toBe(0);
    expect(spreadOfBoth({ rows: 9, mean: 0, variance: 0 }, { rows: 1, mean: 2, variance: 0 })).toBe(
      1,
    );
  });

  it('neither overflow nor underflow', () => {
    for (const size of [1, 1e300, 1e-300, 5e-324]) {
      const values = f64(-size, 0, size);
      const scale = commonScale(values, values);
      const { mean, variance } = momentsOf(values, scale);
      expect(mean).toBe(0);
      expect(Math.sqrt(variance) / (size * scale)).toBeCloseTo(Math.sqrt(2 / 3), 12);
    }
  });

  it('keep what a mean has beyond a common offset', () => {
    const near = Float64Array.from({ length: 100_000 }, (_, i) => 1e9 + (i % 2) / 1024);
    const { mean } = momentsOf(near, 1);
    expect(mean - 1e9).toBe(1 / 2048);
  });
});

describe('tie groups', () => {
  it('merge two samples into common ranks', () => {
    const { length, referenceUpTo, currentUpTo } = tieGroups(f64(1, 2), f64(2, 3));
    expect(length).toBe(3);
    expect([...referenceUpTo.subarray(0, 3)]).toEqual([1, 2, 2]);
    expect([...currentUpTo.subarray(0, 3)]).toEqual([0, 1, 2]);
  });
});
