import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { studentTwoSided } from '../../../../monitoring/drift/special/student-t.js';
import { andersonDarling } from '../../../../monitoring/drift/univariate/anderson-darling.js';
import { chiSquaredGoodnessOfFit } from '../../../../monitoring/drift/univariate/chi-squared.js';
import { cramerVonMises } from '../../../../monitoring/drift/univariate/cramer-von-mises.js';
import { energyDistance } from '../../../../monitoring/drift/univariate/energy-distance.js';
import { fisherExact } from '../../../../monitoring/drift/univariate/fisher-exact.js';
import { hellingerDistance } from '../../../../monitoring/drift/univariate/hellinger.js';
import {
  jensenShannonDistance,
  LARGEST_JENSEN_SHANNON_DISTANCE,
} from '../../../../monitoring/drift/univariate/jensen-shannon.js';
import { lInfinityDistance } from '../../../../monitoring/drift/univariate/l-infinity.js';
import { mannWhitney } from '../../../../monitoring/drift/univariate/mann-whitney.js';
import { welch } from '../../../../monitoring/drift/univariate/t-test.js';
import { totalVariationDistance } from '../../../../monitoring/drift/univariate/total-variation.js';
import { wasserstein } from '../../../../monitoring/drift/univariate/wasserstein.js';
import { readOracle } from '../oracle.js';

interface Grid {
  readonly first: number;
  readonly counts: readonly number[];
}

interface Counted {
  readonly reference: readonly number[];
  readonly current: readonly number[];
  readonly value: number;
  readonly digits: number;
}

const published = readOracle<{
  readonly nannymlWasserstein: readonly {
    readonly reference: Grid;
    readonly current: Grid;
    readonly value: number;
    readonly digits: number;
  }[];
  readonly nannymlHellinger: readonly Counted[];
  readonly nannymlJensenShannon: Counted;
  readonly frouros: {
    readonly reference: readonly number[];
    readonly current: readonly number[];
    readonly earthMovers: number;
    readonly energy: number;
  };
  readonly frourosJensenShannon: Counted;
  readonly evidentlyCramerVonMises: {
    readonly reference: readonly number[];
    readonly current: readonly number[];
    readonly pValue: number;
  };
}>('published');

const ascending = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();

function fromGrid({ first, counts }: Grid): Float64Array {
  const values = new Float64Array(counts.reduce((sum, count) => sum + count, 0));
  let end = 0;
  counts.forEach((count, cell) => {
    values.fill((first + cell) / 100, end, end + count);
    end += count;
  });
  return values;
}

function round(value: number | null, digits: number): number {
  return Number((value ?? Number.NaN).toFixed(digits));
}

describe("Evidently's values", () => {
  const reference = [16, 18, 16, 14, 12, 12];
  const current = [16, 16, 16, 16, 16, 8];
  const numbers = (counts: readonly number[]) =>
    ascending(counts.flatMap((count, i) => Array.from({ length: count }, () => i + 1)));

  it('chi-squared goodness of fit .67309, whatever the rows of the reference', () => {
    expect(chiSquaredGoodnessOfFit(reference, current).pValue).toBeCloseTo(0.67309, 5);
    const doubled = reference.map((count) => 2 * count);
    expect(chiSquaredGoodnessOfFit(doubled, current).pValue).toBeCloseTo(0.67309, 5);
  });

  it('Hellinger .06812', () => {
    // Its test allows 1e-5.
    expect(Math.abs(hellingerDistance(reference, current) - 0.06812)).toBeLessThan(1e-5);
  });

  it('Mann–Whitney .481, of one side: half of both', () => {
    const { pValue } = mannWhitney(numbers(reference), numbers(current));
    expect((pValue ?? 1) / 2).toBeCloseTo(0.481, 3);
  });

  it('total variation .928, a permutation p-value of 1,000 rounds', () => {
    const seed = 928;
    const random = seededRandom(seed);
    const observed = totalVariationDistance(reference, current);
    const pooled = Uint8Array.from([...numbers(reference), ...numbers(current)], (v) => v - 1);
    const rounds = 4_000;
    let atLeast = 0;
    for (let round = 0; round < rounds; round += 1) {
      const [a, b] = [new Array<number>(6).fill(0), new Array<number>(6).fill(0)];
      for (let i = pooled.length - 1; i >= 0; i -= 1) {
        const j = Math.floor(random() * (i + 1));
        const [here, there] = [pooled[i] ?? 0, pooled[j] ?? 0];
        [pooled[i], pooled[j]] = [there, here];
        const side = i < 88 ? a : b;
        side[there] = (side[there] ?? 0) + 1;
      }
      if (totalVariationDistance(a, b) >= observed) atLeast += 1;
    }
    // 1,000 rounds have a standard error of 0.008.
    expect(Math.abs(atLeast / rounds - 0.928), `seed ${seed}`).toBeLessThan(0.025);
  });

  const eight = [38.7, 41.5, 43.8, 44.5, 45.5, 46.0, 47.7, 58.0];
  const others = [39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8];

  it('Anderson–Darling .0635, which is interpolated: the exact share is .0707', () => {
    const { statistic, pValue } = andersonDarling(ascending(eight), ascending(others));
    expect(statistic).toBeCloseTo(1.7183, 4);
    expect(pValue).toBeCloseTo(0.0707, 4);
  });

  it("t-test .084 for equal variances, on 14 degrees of freedom; Welch's is .0951", () => {
    const { statistic, pValue } = welch(ascending(eight), ascending(others));
    expect(statistic).toBeCloseTo(1.8595, 4);
    expect(studentTwoSided(statistic ?? 0, 14)).toBeCloseTo(0.084, 3);
    expect(pValue).toBeCloseTo(0.0951, 4);
  });

  it('energy distance 1.9 of a shift by 5', () => {
    const shifted = eight.map((value) => value + 5);
    expect(round(energyDistance(ascending(eight), ascending(shifted)).statistic, 1)).toBe(1.9);
  });

  it('Cramér–von Mises .8076839', () => {
    const { reference: a, current: b, pValue } = published.evidentlyCramerVonMises;
    expect(cramerVonMises(ascending(a), ascending(b)).pValue).toBeCloseTo(pValue, 7);
  });

  it.each([
    [[45, 45], [30, 60], 0.033],
    [[3, 3], [6, 0], 0.181],
    [[6, 0], [6, 0], 1],
    [[2, 4], [2, 4], 1],
    [[6, 0], [0, 6], 0.0021],
    [[90, 60], [60, 90], 0.00078],
  ])("Fisher's exact test of %j and %j: %d", (a, b, expected) => {
    expect(Math.abs((fisherExact(a, b).pValue ?? 1) - expected)).toBeLessThan(1e-3);
  });
});

describe("NannyML's values", () => {
  it.each(published.nannymlWasserstein)('Wasserstein $value', (row) => {
    const { statistic } = wasserstein(fromGrid(row.reference), fromGrid(row.current));
    expect(round(statistic, row.digits)).toBe(row.value);
  });

  it.each(published.nannymlHellinger)('Hellinger $value', ({ reference, current, value }) => {
    expect(round(hellingerDistance(reference, current), 2)).toBe(value);
  });

  it('Jensen–Shannon .5 of categories, in base 2', () => {
    const { reference, current, value } = published.nannymlJensenShannon;
    const natural = jensenShannonDistance(reference, current);
    expect(round(natural / LARGEST_JENSEN_SHANNON_DISTANCE, 2)).toBe(value);
  });

  it('L∞ .14 of a new category, .67 of a total change, 0 of none', () => {
    expect(round(lInfinityDistance([2, 2, 2, 0], [2, 2, 2, 1]), 2)).toBe(0.14);
    expect(round(lInfinityDistance([2, 2, 2], [0, 5, 0]), 2)).toBe(0.67);
    expect(lInfinityDistance([2, 2, 2], [2, 2, 2])).toBe(0);
  });
});

describe("Frouros' values", () => {
  const { reference, current, earthMovers, energy } = published.frouros;

  it("earth mover's distance 3.85346006 and energy distance 2.11059982", () => {
    const [a, b] = [ascending(reference), ascending(current)];
    expect(round(wasserstein(a, b).statistic, 7)).toBe(round(earthMovers, 7));
    expect(round(energyDistance(a, b).statistic, 7)).toBe(round(energy, 7));
  });

  it('Jensen–Shannon 0.67010107', () => {
    const { reference: r, current: c, value } = published.frourosJensenShannon;
    expect(jensenShannonDistance(r, c)).toBeCloseTo(value, 7);
  });
});
