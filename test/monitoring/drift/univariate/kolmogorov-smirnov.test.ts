import { describe, expect, it } from 'vitest';
import { sortedPresent } from '../../../../monitoring/drift/samples/column-values.js';
import {
  kolmogorovSmirnov,
  kolmogorovSmirnovAgainstSorted,
  kolmogorovSmirnovPValue,
  kolmogorovSmirnovStatistic,
} from '../../../../monitoring/drift/univariate/kolmogorov-smirnov.js';
import { fc } from '../../../support/property.js';
import { relativeError } from '../oracle.js';

function linspace(from: number, to: number, points: number, shift = 0): Float64Array {
  return Float64Array.from(
    { length: points },
    (_, i) => from + ((to - from) * i) / (points - 1) + shift,
  );
}

function repeated(pairs: readonly (readonly [number, number])[], shift = 0): Float64Array {
  return Float64Array.from(
    pairs.flatMap(([value, times]) => Array.from({ length: times }, () => value + shift)),
  );
}

const anyNumber = fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 }));
const sample = fc.array(anyNumber, { minLength: 1, maxLength: 60 });

describe('Kolmogorov–Smirnov', () => {
  it('agrees with scipy on 100 against 110 points', () => {
    const result = kolmogorovSmirnov(linspace(1, 100, 100), linspace(1, 100, 110, 20.1));
    expect(result.statistic).toBeCloseTo(232 / 1100, 14);
    expect(relativeError(result.pValue ?? 0, 0.015739183865607353)).toBeLessThan(1e-12);
  });

  it('agrees with scipy on ties', () => {
    const counts = [
      [2, 3],
      [3, 4],
      [4, 5],
      [6, 4],
    ] as const;
    const result = kolmogorovSmirnov(repeated(counts), repeated(counts, 1));
    expect(result.statistic).toBeCloseTo(5 / 16, 14);
    expect(relativeError(result.pValue ?? 0, 0.4262934613454952)).toBeLessThan(1e-12);
  });

  it('keeps the digits of a tiny p on 10,000 against 110 points', () => {
    const delta = 1 / 10_000 / 110 / 4;
    const result = kolmogorovSmirnov(linspace(1, 200, 10_000, -delta), linspace(2, 100, 110));
    expect(result.statistic).toBeCloseTo(55_275 / 110_000, 12);
    // scipy's own test names 4.2188474935755949e-15 and compares absolutely: that was the rounding
    // of an earlier release. What scipy 1.17 returns, exact, is this.
    expect(relativeError(result.pValue ?? 0, 6.263465662260858e-26)).toBeLessThan(1e-10);
    expect(result.pValue).toBeCloseTo(4.2188474935755949e-15, 13);
  });

  it('agrees with scipy on 10,000 against 11,000 points, asymptotic and exact', () => {
    const delta = 1 / 10_000 / 11_000 / 4;
    const [a, b] = [linspace(1, 200, 10_000, -delta), linspace(2, 200, 11_000)];
    const statistic = kolmogorovSmirnovStatistic(a, b);
    expect(statistic).toBeCloseTo(563 / 110_000, 12);
    expect(kolmogorovSmirnov(a, b).pValue).toBeCloseTo(0.9990660108966576, 12);
    expect(kolmogorovSmirnovPValue(statistic, 10_000, 11_000, 'exact')).toBeCloseTo(
      0.9990456491488628,
      12,
    );
  });

  it('is never NaN, whatever the samples hold', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const { statistic, pValue } = kolmogorovSmirnov(Float64Array.from(a), Float64Array.from(b));
        if (a.every(Number.isNaN) || b.every(Number.isNaN)) {
          expect([statistic, pValue]).toEqual([null, null]);
          return;
        }
        expect(statistic).toBeGreaterThanOrEqual(0);
        expect(statistic).toBeLessThanOrEqual(1);
        expect(pValue).toBeGreaterThanOrEqual(0);
        expect(pValue).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('gives the same statistic in one pass over the unsorted current sample', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const [reference, current] = [sortedPresent(Float64Array.from(a)), Float64Array.from(b)];
        fc.pre(reference.length > 0 && current.some((value) => !Number.isNaN(value)));
        expect(kolmogorovSmirnovAgainstSorted(reference, current).statistic).toBeCloseTo(
          kolmogorovSmirnovStatistic(reference, sortedPresent(current)),
          14,
        );
      }),
    );
  });

  it('does not depend on which sample is called the reference', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const [x, y] = [Float64Array.from(a), Float64Array.from(b)];
        const [there, back] = [kolmogorovSmirnov(x, y), kolmogorovSmirnov(y, x)];
        expect(there.statistic).toBe(back.statistic);
        expect(there.pValue ?? 0).toBeCloseTo(back.pValue ?? 0, 12);
      }),
    );
  });
});
