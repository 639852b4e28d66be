import { describe, expect, it } from 'vitest';
import {
  findMultivariateMethod,
  type MultivariateData,
} from '../../../../monitoring/drift/index.js';
import { mixedFrame } from './data-frames.js';
import { normalMatrix } from './normal-matrix.js';

const RUNS = 200;
const SEED = 41_000;

const native = ['mmd', 'lsdd', 'pca-reconstruction', 'mixed-type-tabular'] as const;

function verdictOf(name: string, reference: MultivariateData, current: MultivariateData) {
  const method = findMultivariateMethod(name);
  if (method.runsIn !== 'typescript') throw new Error(`${name} runs elsewhere`);
  // Without a smallest effect: what holds the rate shall be the test alone.
  return method.compare(reference, current, { smallestEffect: 0, seed: 3 }).verdict;
}

function alarms(
  name: string,
  draw: (seed: number) => readonly [MultivariateData, MultivariateData],
  runs = RUNS,
) {
  let count = 0;
  for (let run = 0; run < runs; run += 1) {
    if (verdictOf(name, ...draw(SEED + 2 * run)) === 'drift') count += 1;
  }
  return count / runs;
}

describe(`without drift, ${RUNS} pairs of data sets from seed ${SEED}`, () => {
  it.each(native)('%s alarms on at most 7 % of mixed frames at α = 0.05', (name) => {
    const rate = alarms(name, (seed) => [mixedFrame(seed, 40, 3), mixedFrame(seed + 1, 60, 3)]);
    console.log(`${name}, mixed frames of 40 against 60 rows: ${rate}`);
    expect(rate).toBeLessThanOrEqual(0.07);
  });

  it.each(['mmd', 'lsdd', 'pca-reconstruction'])(
    '%s alarms on 2 to 7 % of vectors, more dimensions than rows on one side',
    (name) => {
      const vectors = (seed: number, rows: number): MultivariateData => ({
        kind: 'vectors',
        name: 'embedding',
        matrix: normalMatrix(seed, rows, 30),
      });
      const rate = alarms(name, (seed) => [vectors(seed, 50), vectors(seed + 1, 25)]);
      console.log(`${name}, vectors of 30 in 50 against 25 rows: ${rate}`);
      expect(rate).toBeLessThanOrEqual(0.07);
      expect(rate).toBeGreaterThanOrEqual(0.02);
    },
  );
});

describe('with drift', () => {
  it.each(['mmd', 'lsdd', 'mixed-type-tabular'])('%s finds half a deviation', (name) => {
    const rate = alarms(
      name,
      (seed) => [mixedFrame(seed, 150, 3), mixedFrame(seed + 1, 150, 3, 0.5)],
      20,
    );
    expect(rate).toBeGreaterThanOrEqual(0.95);
  });

  it('pca-reconstruction finds columns that no longer go together', () => {
    const together = (seed: number, rows: number, tied: number): MultivariateData => {
      const matrix = normalMatrix(seed, rows, 6);
      for (let i = 0; i < rows; i += 1) {
        const common = matrix.values[6 * i] ?? 0;
        for (let j = 1; j < 6; j += 1) {
          const at = 6 * i + j;
          matrix.values[at] = tied * common + Math.sqrt(1 - tied ** 2) * (matrix.values[at] ?? 0);
        }
      }
      return { kind: 'vectors', name: 'sensors', matrix };
    };
    const rate = alarms(
      'pca-reconstruction',
      (seed) => [together(seed, 300, 0.9), together(seed + 1, 150, 0.3)],
      20,
    );
    expect(rate).toBe(1);
  });
});
