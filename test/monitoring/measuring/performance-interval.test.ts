import { describe, expect, it } from 'vitest';
import type { LabelledSample } from '../../../monitoring/measuring/labelled-sample.js';
import {
  MOST_BOOTSTRAP_ROWS,
  performanceInterval,
} from '../../../monitoring/measuring/performance-interval.js';
import { answersOf, measureBias } from '../../../monitoring/measuring/prediction-bias.js';
import { normals } from '../../monitoring/drift/seasonal-stream.js';

function regression(rows: number, seed = 1): LabelledSample {
  const next = normals(seed);
  const labels = Float64Array.from({ length: rows }, () => 10 * next());
  return { task: 'regression', labels, predictions: labels.map((label) => label + next()) };
}

function maeOf({ labels, predictions }: LabelledSample): number {
  let sum = 0;
  for (const [row, label] of labels.entries()) sum += Math.abs(label - (predictions[row] ?? 0));
  return sum / labels.length;
}

const CLASSES: LabelledSample = {
  task: 'classification',
  classes: [false, true],
  labels: Int32Array.of(0, 0, 0, 1, 1, 1, 1, -1),
  predictions: Int32Array.of(0, 0, 1, 1, 1, 1, 0, 1),
  probabilities: Float64Array.from(
    [0.2, 0.2, 0.6, 0.9, 0.9, 0.9, 0.1, 0.8].flatMap((p) => [1 - p, p]),
  ),
};

describe('the interval of a metric', () => {
  it('is exact for a share of rows', () => {
    // 5 of 8: scipy.stats.binomtest(5, 8).proportion_ci(method='exact')
    const interval = performanceInterval(CLASSES, 'accuracy', 5 / 8);
    expect(interval?.method).toBe('clopper-pearson');
    expect(interval?.low).toBeCloseTo(0.2449, 3);
    expect(interval?.high).toBeCloseTo(0.9148, 3);
  });

  it('narrows as rows come, also past those that the bootstrap draws from', () => {
    const width = (rows: number) => {
      const sample = regression(rows);
      const value = maeOf(sample);
      const interval = performanceInterval(sample, 'mae', value);
      if (interval === null) throw new Error('an interval is expected');
      expect(interval.low).toBeLessThan(value);
      expect(interval.high).toBeGreaterThan(value);
      return interval.high - interval.low;
    };
    const [few, many] = [width(1_000), width(4 * MOST_BOOTSTRAP_ROWS)];
    // σ of |N(0, 1)| is 0.603: ± 1.96 · 0.603 / √n.
    expect(few).toBeCloseTo((2 * 1.96 * 0.603) / Math.sqrt(1_000), 1);
    const ratio = few / many;
    const expected = Math.sqrt((4 * MOST_BOOTSTRAP_ROWS) / 1_000);
    expect(ratio / expected).toBeGreaterThan(0.75);
    expect(ratio / expected).toBeLessThan(1.33);
  });

  it('is none of a single row', () => {
    expect(performanceInterval(regression(1), 'mae', 1)).toBeNull();
  });
});

describe('bias and answers', () => {
  it('of two classes is how much too often the second is foretold', () => {
    const bias = measureBias(CLASSES, { bias: 0, predictionVariance: 0.1 });
    // The label that the model does not know is left out.
    expect(bias?.rows).toBe(7);
    expect(bias?.bias).toBeCloseTo((0.2 + 0.2 + 0.6 - 0.1 * 3 - 0.9) / 7, 12);
  });

  it('of three classes is none', () => {
    expect(measureBias({ ...CLASSES, classes: ['a', 'b', 'c'] }, undefined)).toBeNull();
  });

  it('of each class are counted by what was right', () => {
    expect(answersOf(CLASSES)).toEqual([
      {
        label: 'false',
        answers: [
          { value: 'false', rows: 2 },
          { value: 'true', rows: 1 },
        ],
      },
      {
        label: 'true',
        answers: [
          { value: 'false', rows: 1 },
          { value: 'true', rows: 3 },
        ],
      },
    ]);
    expect(answersOf(regression(3))).toBeNull();
  });
});
