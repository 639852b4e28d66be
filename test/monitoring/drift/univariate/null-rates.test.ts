import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { cramerVonMisesExactTail } from '../../../../monitoring/drift/special/cramer-von-mises-exact.js';
import { andersonDarling } from '../../../../monitoring/drift/univariate/anderson-darling.js';
import { cramerVonMises } from '../../../../monitoring/drift/univariate/cramer-von-mises.js';
import { findMeasure, MEASURES } from '../../../../monitoring/drift/univariate/registry.js';

/** p-values of samples that differ by chance alone. */
function nullPValues(
  seed: number,
  runs: number,
  draw: (random: () => number) => number,
  rows: readonly [number, number],
  test: (a: Float64Array, b: Float64Array) => { readonly pValue: number | null } | undefined,
): number[] {
  const random = seededRandom(seed);
  const sample = (length: number) => Float64Array.from({ length }, () => draw(random)).sort();
  return Array.from({ length: runs }, () => test(sample(rows[0]), sample(rows[1]))?.pValue ?? -1);
}

function shareBelow(pValues: readonly number[], alpha: number): number {
  return pValues.filter((p) => p <= alpha).length / pValues.length;
}

const tests = MEASURES.filter(({ form, onSorted, twoCategories }) => {
  return form === 'test' && onSorted !== undefined && twoCategories !== true;
});

describe('tests of numbers alarm as often as they say where nothing changed', () => {
  it.each(tests)('$name, at α = 0.05', ({ name, onSorted }) => {
    const [seed, runs] = [4, 2_000];
    const pValues = nullPValues(
      seed,
      runs,
      (random) => random() ** 3,
      [120, 80],
      (a, b) => onSorted?.(a, b),
    );
    const alarms = shareBelow(pValues, 0.05);
    console.log(`${name}: seed ${seed}, ${runs} runs of 120 against 80 rows, ${alarms}`);
    // Four standard errors of 2,000 runs are 0.02; p-values of few distinct sizes stay below.
    expect(alarms).toBeLessThan(0.07);
    expect(alarms).toBeGreaterThan(0.025);
  });
});

describe('Cramér–von Mises on ties in samples of unequal size', () => {
  const [seed, runs] = [7, 500];
  const oneOfSeven = (random: () => number) => Math.floor(random() * 7);

  it('keeps its rate as a measure, by the mean over all orders of the ties', () => {
    const { onSorted } = findMeasure('cramer-von-mises');
    const pValues = nullPValues(seed, runs, oneOfSeven, [300, 40], (a, b) => onSorted?.(a, b));
    console.log(`averaged: seed ${seed}, ${shareBelow(pValues, 0.05)}`);
    expect(shareBelow(pValues, 0.05)).toBeLessThan(0.08);
  });

  it('alarms always by midranks, as scipy does', () => {
    const pValues = nullPValues(seed, runs, oneOfSeven, [300, 40], (a, b) => cramerVonMises(a, b));
    expect(shareBelow(pValues, 0.05)).toBe(1);
  });

  it('judges T by the mean over orders, that of ties broken at random', () => {
    const random = seededRandom(seed);
    const [a, b] = [Float64Array.of(1, 1, 2, 3, 3, 3), Float64Array.of(1, 2, 2, 3)];
    const broken = (values: Float64Array) => values.map((v) => v + random() * 1e-3).sort();
    let sum = 0;
    for (let run = 0; run < 20_000; run += 1) {
      sum += cramerVonMises(broken(a), broken(b)).statistic ?? 0;
    }
    const mean = sum / 20_000;
    const averaged = cramerVonMises(a, b, 'averaged').pValue ?? 0;
    const near = [mean - 0.02, mean + 0.02].map((t) => cramerVonMisesExactTail(t, 6, 4));
    expect(averaged).toBeLessThanOrEqual(near[0] ?? 0);
    expect(averaged).toBeGreaterThanOrEqual(near[1] ?? 1);
  });
});

describe('Anderson–Darling past the exact range', () => {
  it.each([
    [[10, 10], 0.02],
    [[5, 30], 0.02],
    [[100, 100], 0.015],
  ] as const)('of %j rows is near the share of arrangements', (rows, tolerance) => {
    const [seed, runs] = [10, 5_000];
    const pValues = nullPValues(seed, runs, (random) => random(), rows, andersonDarling);
    for (const alpha of [0.01, 0.05, 0.1, 0.25]) {
      const error = Math.abs(shareBelow(pValues, alpha) - alpha);
      expect(error, `seed ${seed}, α ${alpha}`).toBeLessThan(tolerance);
    }
  });
});
