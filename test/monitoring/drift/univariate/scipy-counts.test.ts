import { describe, expect, it } from 'vitest';
import { chiSquared } from '../../../../monitoring/drift/univariate/chi-squared.js';
import { fisherExact } from '../../../../monitoring/drift/univariate/fisher-exact.js';
import { gTest } from '../../../../monitoring/drift/univariate/g-test.js';
import { hellingerDistance } from '../../../../monitoring/drift/univariate/hellinger.js';
import { jensenShannonDistance } from '../../../../monitoring/drift/univariate/jensen-shannon.js';
import { kullbackLeiblerDivergence } from '../../../../monitoring/drift/univariate/kullback-leibler.js';
import { lInfinityDistance } from '../../../../monitoring/drift/univariate/l-infinity.js';
import { populationStabilityIndex } from '../../../../monitoring/drift/univariate/population-stability-index.js';
import { totalVariationDistance } from '../../../../monitoring/drift/univariate/total-variation.js';
import { zTestOfProportions } from '../../../../monitoring/drift/univariate/z-test.js';
import { readOracle, relativeError } from '../oracle.js';

interface Counts {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

type Result = readonly [statistic: number, pValue: number];

interface Case extends Counts {
  readonly chiSquared: Result;
  readonly gTest: Result;
  readonly zTest: Result;
  readonly jensenShannon: number;
  readonly kullbackLeibler: number | null;
  readonly populationStabilityIndex: number;
  readonly hellinger: number;
  readonly totalVariation: number;
  readonly lInfinity: number;
}

const { cases } = readOracle<{ readonly cases: readonly Case[] }>('counts');
const { fisherExact: tables } = readOracle<{
  readonly fisherExact: readonly (Counts & { oddsRatio: number | null; pValue: number })[];
}>('special');

const EXACT = 1e-9;

function expectClose(actual: number | null, expected: number, what: string): void {
  expect(relativeError(actual ?? Number.NaN, expected), what).toBeLessThan(EXACT);
}

describe('agreement with scipy to 1e-9 over seeded counts', () => {
  it.each([
    ['chi-squared', chiSquared, 'chiSquared'],
    ['G-test', gTest, 'gTest'],
  ] as const)('%s: statistic and p', (_, test, key) => {
    for (const row of cases) {
      const what = JSON.stringify([row.reference, row.current]);
      const { statistic, pValue } = test(row.reference, row.current);
      const [expectedStatistic, expectedP] = row[key];
      if (expectedStatistic > 1e-9) expectClose(statistic, expectedStatistic, what);
      else expect(statistic).toBeCloseTo(expectedStatistic, 12);
      // Below that scipy's own digits end.
      if (expectedP > 1e-250) expectClose(pValue, expectedP, what);
    }
  });

  it('z-test of the share of the last category', () => {
    for (const row of cases) {
      const pair = (counts: readonly number[]) => {
        const last = counts.at(-1) ?? 0;
        return [counts.reduce((sum, count) => sum + count, 0) - last, last];
      };
      const what = JSON.stringify([row.reference, row.current]);
      const { statistic, pValue } = zTestOfProportions(pair(row.reference), pair(row.current));
      expectClose(statistic, row.zTest[0], what);
      if (row.zTest[1] > 1e-250) expectClose(pValue, row.zTest[1], what);
    }
  });

  it.each([
    ['Jensen–Shannon', jensenShannonDistance, 'jensenShannon'],
    ['Kullback–Leibler', kullbackLeiblerDivergence, 'kullbackLeibler'],
    ['population stability index', populationStabilityIndex, 'populationStabilityIndex'],
    ['Hellinger', hellingerDistance, 'hellinger'],
    ['total variation', totalVariationDistance, 'totalVariation'],
    ['L∞', lInfinityDistance, 'lInfinity'],
  ] as const)('%s', (_, distance, key) => {
    let answered = 0;
    for (const row of cases) {
      const expected = row[key];
      if (expected === null) continue;
      answered += 1;
      const actual = distance(row.reference, row.current);
      // scipy takes Jensen–Shannon and 1 − Σ√(rc) through differences of nearly equal numbers.
      const what = JSON.stringify([row.reference, row.current]);
      expect(Math.abs(actual - expected), what).toBeLessThan(EXACT * Math.max(0.1, expected));
    }
    expect(answered).toBeGreaterThan(25);
  });

  it("Fisher's exact test: odds ratio and p", () => {
    for (const row of tables) {
      const what = JSON.stringify([row.reference, row.current]);
      const { statistic, pValue } = fisherExact(row.reference, row.current);
      if (row.oddsRatio !== null) expectClose(statistic, row.oddsRatio, what);
      expectClose(pValue, row.pValue, what);
    }
  });
});
