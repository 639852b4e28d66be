import { describe, expect, it } from 'vitest';
import {
  type ChunkEstimate,
  estimateClassification,
  estimateRegression,
} from '../../../../monitoring/drift/estimation/index.js';
import { simulatePredictions, simulateRows, type World } from './simulated-scores.js';

const SEEDS = [1, 2, 3, 4];
const REFERENCE_ROWS = 3_000;
const CHUNK_ROWS = 300;
const CHUNKS = 25;
const METRICS = ['accuracy', 'precision', 'recall', 'f1', 'rocAuc', 'averagePrecision'];

function chunksOf(metric: string, world: World): readonly ChunkEstimate[] {
  return SEEDS.flatMap(
    (seed) =>
      estimateClassification(
        simulateRows(100 + seed, REFERENCE_ROWS),
        simulateRows(200 + seed, CHUNKS * CHUNK_ROWS, world),
        { metric, classes: [0, 1], chunkRows: CHUNK_ROWS },
      ).chunks,
  );
}

function shares(what: string, chunks: readonly ChunkEstimate[]) {
  const inside = chunks.filter(
    ({ realised, low, high }) => (realised ?? -1) >= (low ?? 0) && (realised ?? -1) <= (high ?? 0),
  );
  const found = {
    covered: inside.length / chunks.length,
    alerts: chunks.filter(({ alert }) => alert).length / chunks.length,
  };
  console.log(
    `${what}, seeds ${SEEDS.join(' ')}: covered ${found.covered}, alerts ${found.alerts}`,
  );
  return found;
}

describe('confidence-based estimates', () => {
  it.each(METRICS)('of %s alert on at most two chunks in a hundred without a shift', (metric) => {
    const { alerts, covered } = shares(`${metric}, no shift`, chunksOf(metric, {}));
    expect(alerts).toBeLessThanOrEqual(0.02);
    expect(covered).toBeGreaterThanOrEqual(0.95);
  });

  it.each(METRICS)('of %s cover what is realised under covariate shift', (metric) => {
    for (const world of [{ shift: -1 }, { shift: 1, scale: 0.5 }]) {
      const { covered } = shares(`${metric}, ${JSON.stringify(world)}`, chunksOf(metric, world));
      expect(covered).toBeGreaterThanOrEqual(0.95);
    }
  });

  it('are wrong under concept drift, which labels then say', () => {
    const result = estimateClassification(
      simulateRows(1, REFERENCE_ROWS),
      simulateRows(2, CHUNKS * CHUNK_ROWS, { slope: 0 }),
      { metric: 'accuracy', classes: [0, 1], chunkRows: CHUNK_ROWS },
    );
    const { covered, alerts } = shares('accuracy, concept drift', result.chunks);
    expect(alerts).toBe(0);
    expect(covered).toBe(0);
    expect(result.validity.valid).toBe(false);
    expect(result.validity.reasons.map(({ code }) => code)).toEqual(['contradicted']);
  });
});

describe('direct loss estimates', () => {
  const chunksOfLoss = (shift: number) =>
    SEEDS.flatMap(
      (seed) =>
        estimateRegression(
          simulatePredictions(300 + seed, REFERENCE_ROWS),
          simulatePredictions(400 + seed, CHUNKS * CHUNK_ROWS, shift),
          { metric: 'mae', chunkRows: CHUNK_ROWS },
        ).chunks,
    );

  it('alert on at most 2 % of chunks without a shift', () => {
    expect(shares('mae, no shift', chunksOfLoss(0)).alerts).toBeLessThanOrEqual(0.02);
  });

  it('follow the loss under covariate shift, and alert', () => {
    const { covered, alerts } = shares('mae, shift 1.5', chunksOfLoss(1.5));
    expect(covered).toBeGreaterThanOrEqual(0.95);
    expect(alerts).toBeGreaterThanOrEqual(0.95);
  });
});
