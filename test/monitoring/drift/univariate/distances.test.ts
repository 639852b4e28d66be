import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnValues } from '../../../../monitoring/drift/samples/column-values.js';
import { countBins, quantileBinEdges } from '../../../../monitoring/drift/samples/quantile-bins.js';
import {
  jensenShannonDistance,
  LARGEST_JENSEN_SHANNON_DISTANCE,
} from '../../../../monitoring/drift/univariate/jensen-shannon.js';
import { populationStabilityIndex } from '../../../../monitoring/drift/univariate/population-stability-index.js';
import { findMeasure, MEASURES } from '../../../../monitoring/drift/univariate/registry.js';
import { scipy } from '../scipy-fixture.js';

describe('Jensen–Shannon distance', () => {
  it("agrees with Frouros' oracle", () => {
    const { reference, current, distance } = scipy.frourosJensenShannon;
    expect(jensenShannonDistance(reference, current)).toBeCloseTo(distance, 7);
  });

  it("agrees with NannyML's categorical oracle, .5 in base 2", () => {
    const quarter = jensenShannonDistance([1, 1, 1, 1, 0], [1, 1, 1, 0, 1]);
    expect(quarter / LARGEST_JENSEN_SHANNON_DISTANCE).toBeCloseTo(0.5, 14);
  });

  it.each(scipy.jensenShannon)('agrees with scipy, $distance', (row) => {
    expect(jensenShannonDistance(row.reference, row.current)).toBeCloseTo(row.distance, 12);
  });

  it('reaches √ln 2 where nothing is shared, 0 where all is', () => {
    expect(jensenShannonDistance([1, 0], [0, 5])).toBeCloseTo(Math.sqrt(Math.LN2), 15);
    expect(jensenShannonDistance([2, 4], [1, 2])).toBe(0);
    expect(jensenShannonDistance([1, 1], [1, 3])).toBeCloseTo(0.1839, 4);
  });
});

describe('population stability index', () => {
  it('gives its worked example', () => {
    expect(populationStabilityIndex([100, 100, 100, 100], [50, 100, 100, 150])).toBeCloseTo(
      0.1373,
      4,
    );
  });

  it('floors an empty bin at 1e-4', () => {
    const expected = (0.5 - 1e-4) * Math.log(0.5 / 1e-4) + (0.5 - 1) * Math.log(0.5);
    expect(populationStabilityIndex([0, 10], [5, 5])).toBeCloseTo(expected, 12);
  });
});

describe('quantile bins', () => {
  it('come from the reference alone and count the mass outside it', () => {
    const edges = quantileBinEdges(Float64Array.of(1, 2, 3, 4), 2);
    expect(edges).toEqual([1, 3, 4]);
    const current = Float64Array.of(0, 1, 3, 4, 9, Number.NaN, Number.POSITIVE_INFINITY);
    expect([...countBins(edges, current)]).toEqual([1, 1, 2, 2]);
  });

  it('have one bin between for a constant', () => {
    expect([...countBins([7], Float64Array.of(6, 7, 7, 8))]).toEqual([1, 2, 1]);
  });

  it('count every value that is there, once', () => {
    const values = fc.array(fc.double(), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const present = a.filter(Number.isFinite).sort((x, y) => x - y);
        fc.pre(present.length > 0);
        const counts = countBins(
          quantileBinEdges(Float64Array.from(present)),
          Float64Array.from(b),
        );
        expect(counts.reduce((x, y) => x + y, 0)).toBe(b.filter((v) => !Number.isNaN(v)).length);
      }),
    );
  });
});

const columns: Record<'numeric' | 'categorical', fc.Arbitrary<ColumnValues>> = {
  numeric: fc
    .array(fc.oneof(fc.double(), fc.constant(1)), { maxLength: 40 })
    .map((values) => ({ kind: 'numeric', values: Float64Array.from(values) })),
  categorical: fc
    .array(fc.option(fc.constantFrom('a', 'b', '', '__proto__')), { maxLength: 40 })
    .map((values) => ({ kind: 'categorical', values })),
};

describe.each(MEASURES)('every measure holds the contract: $name', (measure) => {
  it('is never NaN and stays in its range', () => {
    for (const kind of measure.kinds) {
      fc.assert(
        fc.property(columns[kind], columns[kind], (a, b) => {
          const { statistic, pValue } = measure.compare(a, b);
          if (statistic === null) {
            expect(pValue).toBeNull();
            return;
          }
          expect(statistic).toBeGreaterThanOrEqual(measure.range[0]);
          expect(statistic).toBeLessThanOrEqual(measure.range[1]);
          expect(pValue === null).toBe(measure.form === 'distance');
          if (pValue !== null) expect(pValue >= 0 && pValue <= 1).toBe(true);
        }),
      );
    }
  });

  it('finds nothing between a sample and itself', () => {
    for (const kind of measure.kinds) {
      fc.assert(
        fc.property(columns[kind], (a) => {
          const { statistic, pValue } = measure.compare(a, a);
          if (statistic !== null) expect(statistic).toBeCloseTo(0, 12);
          if (pValue !== null) expect(pValue).toBeCloseTo(1, 12);
        }),
      );
    }
  });

  it('refuses columns of two kinds', () => {
    const numeric: ColumnValues = { kind: 'numeric', values: Float64Array.of(1) };
    const categorical: ColumnValues = { kind: 'categorical', values: ['a'] };
    expect(() => measure.compare(numeric, categorical)).toThrow(RangeError);
  });
});

describe('the registry', () => {
  it('lists what there is when a name is unknown', () => {
    expect(() => findMeasure('kolmogorof')).toThrow(
      /'kolmogorof' \(did you mean 'kolmogorov-smirnov'\?\); there are anderson-darling, chi-squared/,
    );
  });
});
