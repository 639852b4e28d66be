import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type ClassifiedRows,
  estimateClassification,
} from '../../../../monitoring/drift/estimation/index.js';

interface Packed {
  readonly thousandths: readonly number[];
  readonly labels: string;
}

const fixture: {
  readonly chunk: number;
  readonly reference: Packed;
  readonly analysis: Packed;
  readonly estimates: Record<
    string,
    {
      readonly value: readonly number[];
      readonly samplingError: readonly number[];
      readonly lower: number;
      readonly upper: number;
    }
  >;
} = JSON.parse(readFileSync(new URL('../../../oracles/nannyml.json', import.meta.url), 'utf8'));

function rowsOf({ thousandths, labels }: Packed): ClassifiedRows {
  const scores = thousandths.map((value) => value / 1000);
  return {
    probabilities: Float64Array.from(scores.flatMap((score) => [1 - score, score])),
    predictions: scores.map((score) => (score >= 0.5 ? 1 : 0)),
    labels: [...labels].map(Number),
  };
}

const names = Object.keys(fixture.estimates);

function ours(metric: string) {
  return estimateClassification(rowsOf(fixture.reference), rowsOf(fixture.analysis), {
    metric,
    classes: [0, 1],
    chunkRows: fixture.chunk,
  });
}

describe('beside NannyML’s CBPE, on rows under covariate shift', () => {
  // Other folds decide about calibration, and a row is not paired with itself here: O(1 / rows).
  it.each(names)('%s is estimated within 0.01, a third of a sampling error', (metric) => {
    const known = fixture.estimates[metric];
    for (const [chunk, { estimate, samplingError }] of ours(metric).chunks.entries()) {
      const difference = Math.abs((estimate ?? 0) - (known?.value[chunk] ?? 0));
      expect(difference).toBeLessThan(0.01);
      expect(difference).toBeLessThan((samplingError ?? 0) / 3);
    }
  });

  // NannyML divides the squares by the chunks, here it is one fewer: ten chunks, factor √(10/9).
  it.each(names)('%s has its thresholds but for √(10/9)', (metric) => {
    const { lower, upper } = ours(metric).thresholds;
    const known = fixture.estimates[metric] ?? { lower: 0, upper: 0 };
    const [mean, half] = [(known.lower + known.upper) / 2, (known.upper - known.lower) / 2];
    expect(lower).toBeCloseTo(mean - half * Math.sqrt(10 / 9), 9);
    expect(upper).toBeCloseTo(mean + half * Math.sqrt(10 / 9), 9);
  });

  it('the band holds every realised value, as NannyML’s does, and moves with the chunk', () => {
    const errors = ours('recall').chunks.map((chunk) => {
      expect(chunk.realised).toBeGreaterThanOrEqual(chunk.low ?? 1);
      expect(chunk.realised).toBeLessThanOrEqual(chunk.high ?? 0);
      return chunk.samplingError;
    });
    expect(new Set(errors).size).toBe(errors.length);
    expect(new Set(fixture.estimates['recall']?.samplingError).size).toBe(1);
  });
});
