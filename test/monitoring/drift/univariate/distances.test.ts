import { describe, expect, it } from 'vitest';
import { energyDistance } from '../../../../monitoring/drift/univariate/energy-distance.js';
import { hellingerDistance } from '../../../../monitoring/drift/univariate/hellinger.js';
import { jensenShannonDistance } from '../../../../monitoring/drift/univariate/jensen-shannon.js';
import { kullbackLeiblerDivergence } from '../../../../monitoring/drift/univariate/kullback-leibler.js';
import { lInfinityDistance } from '../../../../monitoring/drift/univariate/l-infinity.js';
import { populationStabilityIndex } from '../../../../monitoring/drift/univariate/population-stability-index.js';
import { findMeasure } from '../../../../monitoring/drift/univariate/registry.js';
import { totalVariationDistance } from '../../../../monitoring/drift/univariate/total-variation.js';
import { wasserstein } from '../../../../monitoring/drift/univariate/wasserstein.js';
import { fc } from '../../../support/property.js';

const f64 = (...values: number[]) => Float64Array.of(...values);

const pairs = fc
  .array(fc.tuple(fc.nat(60), fc.nat(60)), { minLength: 1, maxLength: 12 })
  .map((rows) => [rows.map(([a]) => a), rows.map(([, b]) => b)] as const)
  .filter((sides) => sides.every((side) => side.some((count) => count > 0)));

describe('distances between shares', () => {
  it.each([
    'population-stability-index',
    'jensen-shannon',
    'kullback-leibler',
    'hellinger',
    'total-variation',
    'l-infinity',
  ])('see a flag that is a number: %s of 3 %% and 30 %% is that of the two categories', (name) => {
    const flags = (set: number) => Array.from({ length: 1000 }, (_, row) => (row < set ? 1 : 0));
    const numeric = (set: number) =>
      ({ kind: 'numeric', values: Float64Array.from(flags(set)) }) as const;
    const categorical = (set: number) =>
      ({ kind: 'categorical', values: flags(set).map(String) }) as const;
    const measure = findMeasure(name);
    const found = measure.compare(numeric(30), numeric(300)).statistic ?? 0;
    expect(found).toBeGreaterThan(0.1);
    // Two bins more, empty on both sides: no share of theirs counts, or the floor on both.
    expect(found).toBeCloseTo(measure.compare(categorical(30), categorical(300)).statistic ?? 0, 9);
  });

  it('are at their ends where nothing is shared and where all is', () => {
    expect(jensenShannonDistance([1, 0], [0, 5])).toBeCloseTo(Math.sqrt(Math.LN2), 15);
    expect(hellingerDistance([1, 0], [0, 5])).toBe(1);
    expect(totalVariationDistance([1, 0], [0, 5])).toBe(1);
    expect(lInfinityDistance([1, 0], [0, 5])).toBe(1);
    for (const distance of [
      jensenShannonDistance,
      hellingerDistance,
      totalVariationDistance,
      lInfinityDistance,
      kullbackLeiblerDivergence,
      populationStabilityIndex,
    ]) {
      expect(distance([2, 4], [1, 2])).toBe(0);
    }
  });

  it('are bounded by one another: H² ≤ TV ≤ √2·H, and no share moves more than all of them', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [h, tv] = [hellingerDistance(a, b), totalVariationDistance(a, b)];
        expect(h * h).toBeLessThanOrEqual(tv + 1e-12);
        expect(tv).toBeLessThanOrEqual(Math.SQRT2 * h + 1e-12);
        expect(lInfinityDistance(a, b)).toBeLessThanOrEqual(tv + 1e-12);
      }),
    );
  });

  it('PSI is the sum of both Kullback–Leibler divergences, which differ', () => {
    const [a, b] = [
      [30, 50, 20],
      [10, 60, 30],
    ] as const;
    const [there, back] = [kullbackLeiblerDivergence(a, b), kullbackLeiblerDivergence(b, a)];
    expect(populationStabilityIndex(a, b)).toBeCloseTo(there + back, 14);
    expect(Math.abs(there - back)).toBeGreaterThan(0.01);
  });

  it('divergences stay finite, and never fall below 0, where a bin emptied', () => {
    const expected = (0.5 - 1e-4) * Math.log(0.5 / 1e-4) + (0.5 - 1) * Math.log(0.5);
    expect(populationStabilityIndex([0, 10], [5, 5])).toBeCloseTo(expected, 12);
    expect(kullbackLeiblerDivergence([5, 5], [0, 10])).toBeCloseTo(
      0.5 * Math.log(0.5 / 1e-4) + 0.5 * Math.log(0.5) + 1e-4,
      12,
    );
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const divergence = kullbackLeiblerDivergence(a, b);
        expect(divergence).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(divergence)).toBe(true);
      }),
    );
  });

  it('refuse what are no counts', () => {
    expect(() => hellingerDistance([1, 2], [1])).toThrow('counts of unequal length: 2');
    expect(() => lInfinityDistance([1, Number.NaN], [1, 1])).toThrow('reference count 1 is NaN');
    expect(() => kullbackLeiblerDivergence([1, 1], [0, 0])).toThrow('current sample is empty');
    expect(() => kullbackLeiblerDivergence([1, 1], [1, 1], 0)).toThrow('floor must be in (0, 1)');
  });
});

describe('distances between values', () => {
  it('leave infinite values out, and have no result where nothing is left', () => {
    const { MAX_VALUE } = Number;
    for (const measure of [wasserstein, energyDistance]) {
      expect(measure(f64(1, 2), f64(-MAX_VALUE, 2, 3, MAX_VALUE))).toEqual(
        measure(f64(1, 2), f64(2, 3)),
      );
      expect(measure(f64(1), f64(MAX_VALUE)).statistic).toBeNull();
    }
    expect(
      findMeasure('t-test').compare(
        { kind: 'numeric', values: f64(1, 2, 3, Number.POSITIVE_INFINITY) },
        { kind: 'numeric', values: f64(4, 6, 9) },
      ),
    ).toEqual(findMeasure('t-test').onSorted?.(f64(1, 2, 3), f64(4, 6, 9)));
  });

  it('grow with the unit; their effects do not', () => {
    const values = fc
      .array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 20 })
      .map((array) => Float64Array.from(array).sort());
    fc.assert(
      fc.property(values, values, fc.integer({ min: -900, max: 900 }), (a, b, exponent) => {
        const unit = 2 ** exponent;
        const [once, scaled] = [a, a.map((v) => v * unit)].map((x, i) =>
          wasserstein(x, i === 0 ? b : b.map((v) => v * unit)),
        );
        expect(scaled?.effect).toBe(once?.effect);
        expect(scaled?.statistic).toBe((once?.statistic ?? 0) * unit);
      }),
    );
  });

  it('obey the triangle inequality', () => {
    const values = fc
      .array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 9 })
      .map((array) => Float64Array.from(array).sort());
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        for (const measure of [wasserstein, energyDistance]) {
          const distance = (x: Float64Array, y: Float64Array) => measure(x, y).statistic ?? 0;
          expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c) + 1e-9);
        }
      }),
    );
  });

  it('take the spread of both where the reference has none', () => {
    expect(wasserstein(f64(7, 7), f64(8, 8)).effect).toBe(2);
    expect(wasserstein(f64(7), f64(7, 7)).effect).toBe(0);
  });
});

describe('tests of two categories', () => {
  it.each(['fisher-exact', 'z-test'])('%s names chi-squared where there are more', (name) => {
    expect(() => findMeasure(name).onCounts?.([1, 2, 3], [3, 2, 1])).toThrow(
      `${name} compares columns of two categories, not of 3; chi-squared takes any number`,
    );
    // A third category without rows is none.
    expect(findMeasure(name).onCounts?.([1, 0, 3], [3, 0, 1])).toEqual(
      findMeasure(name).onCounts?.([1, 3], [3, 1]),
    );
  });

  it('z-test takes numbers of 0 and 1, and no others', () => {
    const zTest = findMeasure('z');
    const asNumbers = zTest.onSorted?.(f64(0, 0, 1, 1, 1), f64(0, 0, 0, 1));
    expect(asNumbers).toEqual(zTest.onCounts?.([2, 3], [3, 1]));
    expect(() => zTest.onSorted?.(f64(0, 1), f64(0, 2))).toThrow('columns of 0 and 1, not of 2');
  });

  it('fisher-exact counts whole rows', () => {
    expect(() => findMeasure('fisher').onCounts?.([1.5, 2], [3, 2])).toThrow('not 1.5');
  });
});
