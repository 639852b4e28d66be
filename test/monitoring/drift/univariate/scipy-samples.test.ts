import { describe, expect, it } from 'vitest';
import { andersonDarling } from '../../../../monitoring/drift/univariate/anderson-darling.js';
import { arrangementsUpTo } from '../../../../monitoring/drift/univariate/arrangements.js';
import { cramerVonMises } from '../../../../monitoring/drift/univariate/cramer-von-mises.js';
import { energyDistance } from '../../../../monitoring/drift/univariate/energy-distance.js';
import { kolmogorovSmirnov } from '../../../../monitoring/drift/univariate/kolmogorov-smirnov.js';
import { mannWhitney } from '../../../../monitoring/drift/univariate/mann-whitney.js';
import { welch } from '../../../../monitoring/drift/univariate/t-test.js';
import { wasserstein } from '../../../../monitoring/drift/univariate/wasserstein.js';
import { readOracle, relativeError } from '../oracle.js';
import { recipeSample } from '../recipe-samples.js';

type Result = readonly [statistic: number, pValue: number] | null;

/** One line of two-sample.json; scipy was asked about the samples before they were scaled. */
interface Case {
  readonly shapes: readonly [string, string];
  readonly rows: readonly [number, number];
  readonly seed: number;
  readonly shift: number;
  readonly scale: number;
  readonly kolmogorovSmirnov: Result;
  readonly cramerVonMises: Result;
  readonly andersonDarling: Result;
  readonly mannWhitney: Result;
  readonly welch: Result;
  readonly wasserstein: number;
  readonly energy: number;
  readonly deviation: number;
}

const oracle = readOracle<{
  readonly cases: readonly Case[];
  readonly andersonDarlingPermutations: readonly {
    readonly reference: readonly number[];
    readonly current: readonly number[];
    readonly pValue: number;
  }[];
}>('two-sample');

const EXACT = 1e-9;

function samplesOf(row: Case): [Float64Array, Float64Array] {
  const [first, second] = row.shapes;
  const [m, n] = row.rows;
  return [
    recipeSample(first, m, row.seed, 0, row.scale).sort(),
    recipeSample(second, n, row.seed + 500_000, row.shift, row.scale).sort(),
  ];
}

function named(row: Case): string {
  return `${row.shapes.join(' / ')} + ${row.shift}, ${row.rows.join(' against ')} rows, × ${row.scale}`;
}

/** Every case for which scipy had an answer, with ties, tiny, huge, heavy-tailed and unbalanced ones. */
function forEachCase<K extends keyof Case>(
  key: K,
  check: (expected: NonNullable<Case[K]>, a: Float64Array, b: Float64Array, row: Case) => void,
): void {
  const answered = oracle.cases.filter((row) => row[key] !== null);
  expect(answered.length).toBeGreaterThan(200);
  for (const row of answered) {
    const expected = row[key];
    if (expected !== null && expected !== undefined) check(expected, ...samplesOf(row), row);
  }
}

function expectClose(actual: number | null, expected: number, what: string): void {
  expect(relativeError(actual ?? Number.NaN, expected), what).toBeLessThan(EXACT);
}

describe('agreement with scipy to 1e-9 over seeded samples', () => {
  it('Kolmogorov–Smirnov: statistic and p', () => {
    forEachCase('kolmogorovSmirnov', ([statistic, pValue], a, b, row) => {
      const result = kolmogorovSmirnov(a, b);
      expectClose(result.statistic, statistic, named(row));
      expectClose(result.pValue, pValue, named(row));
    });
  });

  it('Mann–Whitney: statistic and p', () => {
    forEachCase('mannWhitney', ([statistic, pValue], a, b, row) => {
      const result = mannWhitney(a, b);
      expectClose(result.statistic, statistic, named(row));
      // scipy's tail ends at 1e-300.
      if (pValue > 1e-300) expectClose(result.pValue, pValue, named(row));
      else expect(result.pValue).toBeLessThan(1e-300);
    });
  });

  it("Welch's t: statistic and p", () => {
    forEachCase('welch', ([statistic, pValue], a, b, row) => {
      const result = welch(a, b);
      expectClose(result.statistic, statistic, named(row));
      expectClose(result.pValue, pValue, named(row));
    });
  });

  it('Cramér–von Mises: statistic, and p as far as scipy has digits', () => {
    forEachCase('cramerVonMises', ([statistic, pValue], a, b, row) => {
      const result = cramerVonMises(a, b);
      expectClose(result.statistic, statistic, named(row));
      // scipy forms 1 − cdf past 20 rows, good to 2e-7 in the tail; the limit itself has an oracle of its own.
      if (pValue > 0.1 || Math.max(...row.rows) <= 20) {
        expectClose(result.pValue, pValue, named(row));
      } else {
        // scipy forms 1 − cdf, good to 2e-5 at worst; the limit itself has an oracle of its own.
        expect(Math.abs((result.pValue ?? 1) - pValue), named(row)).toBeLessThan(2e-5);
      }
    });
  });

  it('Wasserstein: distance, and effect in standard deviations of the reference', () => {
    forEachCase('wasserstein', (distance, a, b, row) => {
      const { statistic, effect } = wasserstein(a, b);
      expectClose((statistic ?? Number.NaN) / row.scale, distance, named(row));
      if (row.deviation > 0) expectClose(effect, distance / row.deviation, named(row));
    });
  });

  it('energy distance', () => {
    forEachCase('energy', (distance, a, b, row) => {
      const { statistic, effect } = energyDistance(a, b);
      expectClose((statistic ?? Number.NaN) / Math.sqrt(row.scale), distance, named(row));
      if (row.deviation > 0) {
        expectClose(effect, distance / Math.sqrt(row.deviation), named(row));
      }
    });
  });

  it('Anderson–Darling: statistic; p within 0.01 where scipy does not cap it', () => {
    forEachCase('andersonDarling', ([statistic, pValue], a, b, row) => {
      const result = andersonDarling(a, b);
      // A statistic of 0 is one of many cancelled terms.
      if (Math.abs(statistic) > 1e-12) expectClose(result.statistic, statistic, named(row));
      else expect(result.statistic).toBeCloseTo(0, 12);
      if (arrangementsUpTo(50_000, ...row.rows) !== null) return;
      if (pValue === 0.001) expect(result.pValue, named(row)).toBeLessThan(0.0015);
      else if (pValue === 0.25) expect(result.pValue, named(row)).toBeGreaterThan(0.24);
      else expect(Math.abs((result.pValue ?? 1) - pValue), named(row)).toBeLessThan(0.01);
    });
  });
});

describe('Anderson–Darling where scipy interpolates', () => {
  it.each(oracle.andersonDarlingPermutations)(
    'is the share of all arrangements, $pValue',
    ({ reference, current, pValue }) => {
      const result = andersonDarling(
        Float64Array.from(reference).sort(),
        Float64Array.from(current).sort(),
      );
      expectClose(result.pValue, pValue, 'p');
    },
  );
});
