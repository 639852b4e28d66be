import { describe, expect, it } from 'vitest';
import {
  calibratedThreshold,
  compareCounts,
  compareOrdered,
  compareTexts,
} from '../../../../monitoring/drift/dataset/index.js';
import { chanceOfCounts } from '../../../../monitoring/drift/dataset/resampling/chance-of-counts.js';
import { chanceOfOrder } from '../../../../monitoring/drift/dataset/resampling/chance-of-order.js';
import {
  resampledPValue,
  resampledThreshold,
  tailPower,
} from '../../../../monitoring/drift/dataset/resampling/chance-tail.js';
import {
  drawGamma,
  drawMultinomial,
} from '../../../../monitoring/drift/dataset/resampling/count-draws.js';
import {
  drawBinomial,
  drawHypergeometric,
} from '../../../../monitoring/drift/dataset/resampling/discrete-draws.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { hypergeometricDensity } from '../../../../monitoring/drift/special/hypergeometric.js';
import { chiSquaredSurvival } from '../../../../monitoring/drift/special/regularised-gamma.js';
import { binomialDensity } from '../../../../monitoring/drift/special/saddle-point.js';
import { findMeasure, MEASURES } from '../../../../monitoring/drift/univariate/registry.js';
import { normals } from '../seasonal-stream.js';
import { identity } from './null-columns.js';

const SEED = 11;

/** p-value of the fit of draws to a distribution, outcomes of fewer than 5 expected left out. */
function fitPValue(draw: () => number, density: (k: number) => number, draws = 20_000): number {
  const seen = new Map<number, number>();
  for (let i = 0; i < draws; i += 1) {
    const k = draw();
    seen.set(k, (seen.get(k) ?? 0) + 1);
  }
  let [statistic, cells] = [0, 0];
  for (const [k, count] of seen) {
    const expected = density(k) * draws;
    if (expected < 5) continue;
    statistic += (count - expected) ** 2 / expected;
    cells += 1;
  }
  return chiSquaredSurvival(statistic, cells - 1);
}

describe('draws of counts', () => {
  const random = seededRandom(SEED);

  it.each([
    [10, 0.3],
    [1_000, 0.01],
    [100_000, 0.4],
    [3, 0.999],
  ])('binomial of %i trials at %d', (trials, p) => {
    const density = (k: number) => binomialDensity(k, trials, p, 1 - p);
    expect(fitPValue(() => drawBinomial(trials, p, random), density)).toBeGreaterThan(0.001);
  });

  it.each([
    [5, 5, 5],
    [300, 700, 200],
    [20_000, 60_000, 40_000],
    [3, 1_000, 999],
    [40, 100_000, 50_000],
    [10, 20, 28],
  ])('hypergeometric of %i good, %i bad, %i drawn', (good, bad, draws) => {
    const density = (k: number) => hypergeometricDensity(k, good, bad, draws);
    const draw = () => drawHypergeometric(good, bad, draws, random);
    expect(fitPValue(draw, density)).toBeGreaterThan(0.001);
  });

  it('a multinomial draw has all its rows, none where there is no share', () => {
    const counts = drawMultinomial(1_000, [1, 0, 3, 0], random);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(1_000);
    expect([counts[1], counts[3]]).toEqual([0, 0]);
  });

  it.each([0.5, 1, 40])('gamma of shape %d has its mean and variance', (shape) => {
    const values = Array.from({ length: 40_000 }, () => drawGamma(shape, random));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    expect(mean / shape).toBeCloseTo(1, 1);
    expect(Math.abs(variance / shape - 1)).toBeLessThan(0.06);
  });
});

describe('p-values smaller than draws can count', () => {
  const even = (rows: number) => [0, ...Array.from({ length: 10 }, () => rows / 10), 0];
  const next = normals(SEED);
  const sample = Float64Array.from({ length: 60 }, next).sort();
  const other = Float64Array.from({ length: 60 }, next).sort();

  it.each(['population-stability-index', 'total-variation', 'wasserstein'])(
    'of %s err towards 1, against 20,000 draws',
    (name) => {
      const measure = findMeasure(name);
      const random = seededRandom(SEED);
      const draw =
        measure.onSorted === undefined
          ? chanceOfCounts(measure, even(1_000), even(300), 'quantile-bins', random)
          : chanceOfOrder(measure, sample, other, random);
      const draws = Float64Array.from({ length: 20_000 }, draw).sort();
      const power = tailPower(measure);
      for (const p of [1e-3, 5e-4]) {
        const observed = draws[Math.floor(draws.length * (1 - p))] ?? 0;
        const estimates = Array.from({ length: 5 }, () => resampledPValue(observed, draw, power));
        const median = estimates.sort((a, b) => a - b)[2] ?? 0;
        console.log(`${name}, seed ${SEED}: p ${p} is estimated as ${median.toPrecision(2)}`);
        expect(median / p).toBeGreaterThan(0.6);
        expect(median / p).toBeLessThan(5);
      }
    },
  );

  it('are never 0, never above 1, and 1 for no distance at all', () => {
    const random = seededRandom(SEED);
    expect(resampledPValue(1e300, random, 1.5)).toBe(1e-12);
    expect(resampledPValue(0, random, 1.5)).toBe(1);
    expect(resampledPValue(0.5, () => 0, 1.5)).toBe(1 / 2_001);
    expect(resampledThreshold(0.05, () => 0, 1.5)).toBe(0);
    expect(resampledThreshold(1e-4, () => 0, 1.5)).toBe(0);
  });
});

describe('the calibrated threshold', () => {
  const counts = [100, 200, 700];
  const reference = { counts, countsOf: 'categories' } as const;
  const measure = findMeasure('total-variation');

  it('falls with the rows of a window, but not below the noise of the reference', () => {
    const at = (rows: number) => calibratedThreshold(measure, reference, { rows });
    expect(at(100)).toBeCloseTo(0.1, 1);
    expect(at(100)).toBeGreaterThan(at(1_000));
    expect(at(1e6)).toBeGreaterThan(0.02);
  });

  it('rises as alpha falls', () => {
    const at = (alpha: number) => calibratedThreshold(measure, reference, { rows: 100, alpha });
    expect(at(0.05)).toBeLessThan(at(0.01));
    expect(at(0.01)).toBeLessThan(at(1e-4));
  });

  it.each([
    [{ rows: 0 }, 'rows of a window must be a whole number ≥ 1, not 0'],
    [{ rows: 9, alpha: 1 }, 'alpha must be in (0, 1), not 1'],
  ])('refuses %j', (window, message) => {
    expect(() => calibratedThreshold(measure, reference, window)).toThrow(message);
  });
});

describe('error rates of single columns, 300 against 200 rows, no drift, α = .05', () => {
  const next = normals(SEED);
  const random = seededRandom(SEED);
  const rows = { ...identity(0, 300), currentRows: 200 };
  const sorted = (count: number, map: (x: number) => number) =>
    Float64Array.from({ length: count }, () => map(next())).sort();
  const values = {
    'continuous numbers': (x: number) => x,
    'numbers with a tail': (x: number) => Math.exp(1.5 * x),
    'numbers half of which are 0': (x: number) => Math.max(0, Math.round(5 * x)),
    'whole numbers': (x: number) => Math.round(20 * x),
    'few distinct numbers': (x: number) => Math.round(1.5 * x),
  };

  function rate(
    label: string,
    compare: () => { readonly pValue: number | null },
    repetitions = 300,
  ) {
    let alarms = 0;
    for (let i = 0; i < repetitions; i += 1) if ((compare().pValue ?? 1) <= 0.05) alarms += 1;
    console.log(`${label}, seed ${SEED}, ${repetitions} pairs: ${alarms / repetitions}`);
    // Three standard errors of .05 at 300.
    expect(alarms / repetitions).toBeLessThanOrEqual(0.05 + 0.038);
  }

  it.each(Object.entries(values))('%s by the automatic choice', (label, map) => {
    const column = { ...rows, kind: 'numeric' } as const;
    rate(label, () => compareOrdered(column, sorted(300, map), sorted(200, map)), 1_000);
  });

  it.each([
    ['booleans', [1, 1]],
    ['rare booleans', [99, 1]],
    ['categories', [4, 3, 2, 0.9, 0.1]],
    ['a category and rare ones', [97, 1, 1, 1]],
  ])('%s by the automatic choice', (label, shares) => {
    const draw = (count: number) =>
      new Map(
        [...drawMultinomial(count, shares, random)].flatMap((n, i) =>
          n > 0 ? [[`v${i}`, n]] : [],
        ),
      );
    const column = { ...rows, kind: 'categorical' } as const;
    rate(label, () => compareCounts(column, draw(300), draw(200)), 1_000);
  });

  it('text by the automatic choice', () => {
    const word = () => `w${Math.floor(400 * random() ** 3)}`;
    const text = () => Array.from({ length: 3 + Math.floor(6 * random()) }, word).join(' ');
    const texts = (count: number) => Array.from({ length: count }, text);
    const column = { ...rows, kind: 'text' } as const;
    rate('text', () => compareTexts(column, texts(300), texts(200)));
  });

  const distances = MEASURES.filter(({ form }) => form === 'distance');
  it.each(distances.map((measure) => [measure.name, measure] as const))('%s', (name, measure) => {
    const column = { ...identity(0, 120), currentRows: 80, kind: 'numeric' } as const;
    const map = values['numbers with a tail'];
    let seed = 0;
    rate(name, () => {
      seed += 1;
      return compareOrdered(column, sorted(120, map), sorted(80, map), { measure, seed });
    });
  });
});
