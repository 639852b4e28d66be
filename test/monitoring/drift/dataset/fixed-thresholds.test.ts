import { describe, expect, it } from 'vitest';
import { drawMultinomial } from '../../../../monitoring/drift/dataset/resampling/count-draws.js';
import {
  calibratedThreshold,
  compareCounts,
  findMeasure,
  type ReferenceSample,
} from '../../../../monitoring/drift/index.js';
import { countBins, quantileBinEdges } from '../../../../monitoring/drift/samples/quantile-bins.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { normals } from '../seasonal-stream.js';
import { isDocumented, percentage } from './documented.js';
import { FIXED_DISTANCES, FIXED_THRESHOLD, goodnessOfFitPValue } from './fixed-thresholds.js';
import { identity } from './null-columns.js';

const SEED = 12_345;

describe('categories: goodness of fit against the contingency form, no drift, α = .05', () => {
  it.each([
    { categories: 3, reference: 1_000, current: 1_000, fixed: 0.223 },
    { categories: 10, reference: 500, current: 1_000, fixed: 0.775 },
  ])('$categories categories, $reference against $current rows', (scenario) => {
    const random = seededRandom(SEED);
    const shares = Array.from({ length: scenario.categories }, () => 1);
    const named = (counts: Float64Array) => new Map(Array.from(counts, (n, i) => [`v${i}`, n]));
    const repetitions = 2_000;
    let [fixed, ours] = [0, 0];
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      const a = drawMultinomial(scenario.reference, shares, random);
      const b = drawMultinomial(scenario.current, shares, random);
      const rows = { referenceRows: scenario.reference, currentRows: scenario.current };
      const column = { ...identity(0, 0), ...rows, kind: 'categorical' } as const;
      if (goodnessOfFitPValue(a, b) <= 0.05) fixed += 1;
      if ((compareCounts(column, named(a), named(b)).pValue ?? 1) <= 0.05) ours += 1;
    }
    const row = [
      String(scenario.categories),
      `${scenario.reference.toLocaleString('en')} / ${scenario.current.toLocaleString('en')}`,
      percentage(fixed / repetitions),
      percentage(ours / repetitions),
    ];
    console.log(`χ², seed ${SEED}, ${repetitions} pairs: | ${row.join(' | ')} |`);
    expect.soft(isDocumented(...row)).toBe(true);
    expect(Math.abs(fixed / repetitions - scenario.fixed)).toBeLessThan(0.03);
    expect(ours / repetitions).toBeLessThanOrEqual(0.06);
  });

  it('takes one row of a new category for a row, not for p = 0', () => {
    const column = { ...identity(0, 1_000), kind: 'categorical' } as const;
    const reference = new Map([
      ['a', 500],
      ['b', 500],
    ]);
    const current = new Map([...reference, ['b', 499], ['new', 1]]);
    expect(goodnessOfFitPValue([500, 500, 0], [500, 499, 1])).toBe(0);
    expect(compareCounts(column, reference, current).pValue).toBeGreaterThan(0.9);
  });
});

describe('distances of N(0, 1): a fixed 0.1 against the calibrated threshold', () => {
  const sample = (next: () => number, rows: number, shift = 0) =>
    Float64Array.from({ length: rows }, () => next() + shift).sort();
  const reference = sample(normals(SEED), 10_000);
  const edges = quantileBinEdges(reference);

  /** Share of windows that each way takes for drifted. */
  function alarms(
    name: keyof typeof FIXED_DISTANCES,
    rows: number,
    shift: number,
    windows: number,
  ) {
    const measure = findMeasure(name);
    const counts = countBins(edges, reference);
    const calibrated: ReferenceSample =
      name === 'wasserstein' ? { sorted: reference } : { counts, countsOf: 'quantile-bins' };
    const threshold = calibratedThreshold(measure, calibrated, { rows });
    const next = normals(SEED + 1);
    let [fixed, ours] = [0, 0];
    for (let i = 0; i < windows; i += 1) {
      const window = sample(next, rows, shift);
      if (FIXED_DISTANCES[name](reference, window) >= FIXED_THRESHOLD) fixed += 1;
      const compared =
        measure.onSorted?.(reference, window) ??
        measure.onCounts?.(counts, countBins(edges, window));
      if ((compared?.statistic ?? 0) > threshold) ours += 1;
    }
    const row = [
      name,
      rows.toLocaleString('en'),
      shift === 0 ? 'none' : `${shift} σ`,
      percentage(fixed / windows),
      percentage(ours / windows),
      threshold.toFixed(4),
    ];
    console.log(`seed ${SEED}, ${windows} windows: | ${row.join(' | ')} |`);
    expect.soft(isDocumented(...row)).toBe(true);
    return { fixed: fixed / windows, ours: ours / windows };
  }

  it.each([
    { name: 'wasserstein', rows: 100, published: 0.715 },
    { name: 'jensen-shannon', rows: 100, published: 0.87 },
    { name: 'population-stability-index', rows: 100, published: 0.79 },
    { name: 'kullback-leibler', rows: 100, published: 0.365 },
    { name: 'wasserstein', rows: 200, published: 0.315 },
    { name: 'jensen-shannon', rows: 200, published: 0.29 },
    { name: 'population-stability-index', rows: 200, published: 0.2 },
    { name: 'kullback-leibler', rows: 200, published: 0.015 },
  ] as const)('$name, $rows rows, no drift', ({ name, rows, published }) => {
    const { fixed, ours } = alarms(name, rows, 0, 600);
    expect(Math.abs(fixed - published)).toBeLessThan(0.1);
    expect(ours).toBeLessThanOrEqual(0.07);
  });

  it.each(['jensen-shannon', 'population-stability-index', 'kullback-leibler'] as const)(
    '%s, 10,000 rows, moved by 0.2 σ',
    (name) => {
      const { fixed, ours } = alarms(name, 10_000, 0.2, 100);
      expect(fixed).toBeLessThanOrEqual(0.02);
      expect(ours).toBe(1);
    },
  );
});
