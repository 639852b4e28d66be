import { describe, expect, it } from 'vitest';
import type { ColumnValues } from '../../../../monitoring/drift/samples/column-values.js';
import { countBins, quantileBinEdges } from '../../../../monitoring/drift/samples/quantile-bins.js';
import { normalQuantile } from '../../../../monitoring/drift/special/normal.js';
import type { EffectComparison, Measure } from '../../../../monitoring/drift/univariate/measure.js';
import {
  findMeasure,
  MEASURE_ALIASES,
  MEASURES,
} from '../../../../monitoring/drift/univariate/registry.js';
import { fc } from '../../../support/property.js';

type Columns = fc.Arbitrary<ColumnValues>;

const infinite = fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);

function numeric(value: fc.Arbitrary<number>): Columns {
  return fc
    .array(value, { maxLength: 40 })
    .map((values) => ({ kind: 'numeric', values: Float64Array.from(values) }));
}

function categorical(...names: string[]): Columns {
  return fc
    .array(fc.option(fc.constantFrom(...names)), { maxLength: 40 })
    .map((values) => ({ kind: 'categorical', values }));
}

/** Every kind of column that a measure takes. */
function columnsOf(measure: Measure): Columns[] {
  return measure.kinds.map((kind) => {
    if (kind === 'numeric') {
      return measure.twoCategories === true
        ? numeric(fc.constantFrom(0, 1, Number.NaN))
        : // Every double there is, ties, constants, missing and infinite values.
          numeric(fc.oneof(fc.double(), fc.integer({ min: -2, max: 2 }), fc.constant(1), infinite));
    }
    return measure.twoCategories === true
      ? categorical('false', 'true')
      : categorical('a', 'b', '', '__proto__');
  });
}

function isMissing(value: number | string | null): boolean {
  return value === null || Number.isNaN(value);
}

function expectSame(a: EffectComparison, b: EffectComparison): void {
  for (const key of ['statistic', 'pValue', 'effect'] as const) {
    const [x, y] = [a[key], b[key]];
    if (x === null || y === null) expect(x).toBe(y);
    else expect(Math.abs(x - y)).toBeLessThanOrEqual(1e-9 * Math.max(1e-3, Math.abs(y)));
  }
}

function shuffled(column: ColumnValues): ColumnValues {
  return column.kind === 'numeric'
    ? { kind: 'numeric', values: column.values.toReversed() }
    : { kind: 'categorical', values: column.values.toReversed() };
}

function repeated(column: ColumnValues, times: number): ColumnValues {
  const values = Array.from({ length: times }, () => [...column.values]).flat();
  return column.kind === 'numeric'
    ? { kind: 'numeric', values: Float64Array.from(values as number[]) }
    : { kind: 'categorical', values: values as (string | null)[] };
}

describe.each(MEASURES)('every measure keeps the contract: $name', (measure) => {
  const arbitraries = columnsOf(measure);

  function forColumns(check: (a: ColumnValues, b: ColumnValues) => void): void {
    for (const columns of arbitraries) fc.assert(fc.property(columns, columns, check));
  }

  it('is never NaN or infinite, stays in its range, and is null only where rows are too few', () => {
    forColumns((a, b) => {
      const { statistic, pValue, effect } = measure.compare(a, b);
      if (statistic === null) {
        expect([pValue, effect]).toEqual([null, null]);
        // t needs two finite values, Anderson–Darling four rows; distances need a finite one.
        const counts = [a, b].map(
          ({ values }) => [...values].filter((v) => !isMissing(v) && Number.isFinite(v)).length,
        );
        const isCategorical = a.kind === 'categorical';
        if (!isCategorical) expect(Math.min(...counts)).toBeLessThan(4);
        return;
      }
      expect(Number.isFinite(statistic)).toBe(true);
      expect(statistic).toBeGreaterThanOrEqual(measure.range[0]);
      expect(statistic).toBeLessThanOrEqual(measure.range[1]);
      expect(effect).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(effect)).toBe(true);
      expect(pValue === null).toBe(measure.form === 'distance');
      if (pValue !== null) expect(pValue >= 0 && pValue <= 1).toBe(true);
    });
  });

  it('finds nothing between a sample and itself', () => {
    for (const columns of arbitraries) {
      fc.assert(
        fc.property(columns, (a) => {
          const { pValue, effect } = measure.compare(a, a);
          if (effect !== null) expect(effect).toBeCloseTo(0, 12);
          if (pValue !== null) expect(pValue).toBeGreaterThan(0.3);
        }),
      );
    }
  });

  it('does not depend on the order of the rows', () => {
    forColumns((a, b) => {
      expectSame(measure.compare(shuffled(a), shuffled(b)), measure.compare(a, b));
    });
  });

  it('has an effect that does not grow with the rows', () => {
    forColumns((a, b) => {
      const [once, more] = [measure.compare(a, b), measure.compare(repeated(a, 3), repeated(b, 5))];
      if (once.effect === null || more.effect === null) return;
      // Bins at the reference's quantiles move where a quantile falls between two rows.
      if (measure.kinds.includes('numeric') && measure.onCounts && a.kind === 'numeric') return;
      expect(Math.abs(once.effect - more.effect)).toBeLessThanOrEqual(
        1e-9 * Math.max(1, once.effect),
      );
    });
  });

  it('says the same of the other one, or is one of those that do not', () => {
    const asymmetric = [
      'kullback-leibler',
      'wasserstein',
      'normalised-wasserstein',
      'energy-distance',
    ];
    forColumns((a, b) => {
      const [there, back] = [measure.compare(a, b), measure.compare(b, a)];
      if (there.pValue !== null) expect(there.pValue).toBeCloseTo(back.pValue ?? -1, 9);
      // Numbers in bins of the reference differ with the reference.
      const isBinned = a.kind === 'numeric' && measure.onCounts !== undefined;
      if (isBinned || asymmetric.includes(measure.name)) return;
      expect(there.effect ?? 0).toBeCloseTo(back.effect ?? 0, 9);
    });
  });

  it('refuses columns of two kinds', () => {
    const numbers: ColumnValues = { kind: 'numeric', values: Float64Array.of(1) };
    const names: ColumnValues = { kind: 'categorical', values: ['1'] };
    expect(() => measure.compare(numbers, names)).toThrow(RangeError);
  });

  it('has a result for columns without a value, with one, and with one value only', () => {
    for (const kind of measure.kinds) {
      const column = (...values: (number | null)[]): ColumnValues =>
        kind === 'numeric'
          ? { kind, values: Float64Array.from(values, (v) => v ?? Number.NaN) }
          : { kind, values: values.map((v) => (v === null ? null : String(v))) };
      const nothing = { statistic: null, pValue: null, effect: null };
      expect(measure.compare(column(), column(1))).toEqual(nothing);
      expect(measure.compare(column(1), column(null, null))).toEqual(nothing);
      expect(measure.compare(column(1, 1, 1), column(1, 1)).effect).toBe(0);
      const zeros = new Array<number>(12).fill(0);
      const ones = new Array<number>(12).fill(1);
      const moved = measure.compare(column(...zeros), column(...ones));
      expect(moved.effect).toBeGreaterThanOrEqual(measure.smallestEffect);
      if (moved.pValue !== null) expect(moved.pValue).toBeLessThan(0.1);
    }
  });
});

describe('rank methods', () => {
  const positive = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 30 });

  it.each(['kolmogorov-smirnov', 'mann-whitney', 'cramer-von-mises', 'anderson-darling'])(
    '%s sees order alone: any rising function of the values changes nothing',
    (name) => {
      const { onSorted } = findMeasure(name);
      fc.assert(
        fc.property(positive, positive, (a, b) => {
          const [x, y] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()];
          const rising = (value: number) => Math.log(value) * 1e30 - 7;
          expect(onSorted?.(x.map(rising), y.map(rising))).toEqual(onSorted?.(x, y));
        }),
      );
    },
  );
});

describe('the smallest effect that matters', () => {
  // A normal sample and the same moved by 0.125 of its standard deviation.
  const rows = 20_000;
  const normal = Float64Array.from({ length: rows }, (_, i) => normalQuantile((i + 0.5) / rows));
  const moved = normal.map((value) => value + 0.125);

  it.each(MEASURES.filter((measure) => measure.onSorted && !measure.twoCategories))(
    'of $name is about what a shift of 0.125 σ shows',
    ({ onSorted, smallestEffect }) => {
      const effect = onSorted?.(normal, moved).effect ?? Number.NaN;
      expect(effect / smallestEffect).toBeGreaterThan(0.8);
      expect(effect / smallestEffect).toBeLessThan(1.25);
    },
  );

  it.each(MEASURES.filter((measure) => measure.onCounts))(
    'of $name is about what it shows in tenths, or in halves',
    ({ onCounts, smallestEffect, form, range }) => {
      const bins = form === 'test' ? 2 : 10;
      const edges = quantileBinEdges(normal, bins);
      const effect =
        onCounts?.(
          form === 'test' ? halves(normal) : countBins(edges, normal),
          form === 'test' ? halves(moved) : countBins(edges, moved),
        ).effect ?? Number.NaN;
      // Divergences are kept at two figures, rounded up.
      const least = range[1] === Number.POSITIVE_INFINITY && form === 'distance' ? 0.6 : 0.8;
      expect(effect / smallestEffect).toBeGreaterThan(least);
      expect(effect / smallestEffect).toBeLessThan(1.25);
    },
  );

  function halves(values: Float64Array): [number, number] {
    const below = values.filter((value) => value < 0).length;
    return [below, values.length - below];
  }
});

describe('a t-test', () => {
  it('has the same digits wherever the zero of the column is', () => {
    // Steps of 1/1024 are whole in a double around 1e9, so that moving them loses nothing.
    const steps = (from: number, rows: number) =>
      Float64Array.from({ length: rows }, (_, i) => Math.floor(from + i ** 1.3 / 7) / 1024);
    const onSorted = findMeasure('t-test').onSorted;
    const near = onSorted?.(steps(0, 300), steps(31, 70));
    const moved = onSorted?.(
      steps(0, 300).map((value) => value + 1e9),
      steps(31, 70).map((value) => value + 1e9),
    );
    expect(moved?.statistic).toBeCloseTo(near?.statistic ?? 0, 11);
    expect(moved?.effect).toBeCloseTo(near?.effect ?? 0, 11);
  });
});

describe('the registry', () => {
  it('finds by name, by alias, and however it is written', () => {
    expect(findMeasure('PSI').name).toBe('population-stability-index');
    expect(findMeasure('Kolmogorov Smirnov').name).toBe('kolmogorov-smirnov');
    expect(findMeasure('mann_whitney').name).toBe('mann-whitney');
  });

  it('has no alias without a measure, and no name twice', () => {
    const names = MEASURES.map((measure) => measure.name);
    expect(new Set(names).size).toBe(names.length);
    for (const [alias, name] of Object.entries(MEASURE_ALIASES)) {
      expect(names).not.toContain(alias);
      expect(names).toContain(name);
    }
  });

  it('names the nearest and lists what there is when a name is unknown', () => {
    expect(() => findMeasure('kolmogorof-smirnov')).toThrow(
      /'kolmogorof-smirnov' \(did you mean 'kolmogorov-smirnov'\?\); there are anderson-darling, chi-squared/,
    );
    expect(() => findMeasure('toString')).toThrow(/no test or distance is called 'toString'/);
  });
});
