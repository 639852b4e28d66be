import { readFileSync } from 'node:fs';

interface Samples {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** What `fixtures/make_fixtures.py` wrote. */
export interface ScipyFixture {
  readonly kolmogorovSmirnov: readonly (Samples & { statistic: number; pValue: number })[];
  readonly kolmogorov: readonly { n: number; d: number; survival: number }[];
  readonly chiSquared: readonly (Samples & { statistic: number; pValue: number })[];
  readonly gamma: readonly { a: number; x: number; upper: number }[];
  readonly jensenShannon: readonly (Samples & { distance: number })[];
  readonly frourosJensenShannon: Samples & { distance: number };
  readonly benjaminiHochberg: { pValues: readonly number[]; adjusted: readonly number[] };
}

export const scipy: ScipyFixture = JSON.parse(
  readFileSync(new URL('./fixtures/scipy.json', import.meta.url), 'utf8'),
);

/** Largest of the absolute and the relative difference, each measured where it means something. */
export function relativeError(actual: number, expected: number): number {
  return actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected);
}
