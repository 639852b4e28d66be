import { describe, expect, it } from 'vitest';
import {
  expectedCalibrationError,
  measureClassificationChunks,
  measureRegressionChunks,
  predictionBias,
  reliabilityCurve,
} from '../../../../monitoring/drift/performance/index.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';

describe('performance per chunk', () => {
  it('measures a regression chunk by chunk, the last one shorter', () => {
    const labels = [1, 2, 3, 4, 5];
    const predictions = [1, 3, 3, 6, 5];
    const chunks = measureRegressionChunks({ labels, predictions }, { chunkRows: 2 });
    expect(chunks.map(({ start, end }) => [start, end])).toEqual([
      [0, 2],
      [2, 4],
      [4, 5],
    ]);
    expect(chunks.map(({ metrics }) => metrics['mae']?.value)).toEqual([0.5, 1, 0]);
    expect(chunks[1]?.metrics['mae']).toMatchObject({ low: 0, high: 2, method: 'bootstrap' });
    expect(chunks[2]?.metrics['mae']).toMatchObject({ low: null, high: null });
  });

  it('gives shares of rows their exact interval and the other metrics the bootstrap', () => {
    const random = seededRandom(3);
    const labels = Array.from({ length: 200 }, () => (random() < 0.4 ? 1 : 0));
    const scores = labels.map((label) => 0.25 * label + 0.75 * random());
    const predictions = scores.map((score) => (score > 0.5 ? 1 : 0));
    const probabilities = scores.flatMap((score) => [1 - score, score]);
    const sample = { classes: ['no', 'yes'], labels, predictions, probabilities };
    const [chunk] = measureClassificationChunks(sample);
    expect(chunk?.metrics).toMatchObject({
      accuracy: { method: 'clopper-pearson' },
      precision: { method: 'clopper-pearson' },
      recall: { method: 'clopper-pearson' },
      f1: { method: 'bootstrap' },
      rocAuc: { method: 'bootstrap' },
    });
    for (const [name, { value, low, high }] of Object.entries(chunk?.metrics ?? {})) {
      expect([low, value, high], name).toEqual(
        [low, value, high].sort((a, b) => (a ?? 0) - (b ?? 0)),
      );
    }
    const right = labels.filter((label, row) => label === predictions[row]).length;
    expect(chunk?.metrics['accuracy']?.value).toBe(right / 200);
  });

  it('names the metrics that there are', () => {
    const nothing = { labels: [], predictions: [] };
    expect(measureRegressionChunks(nothing)).toEqual([]);
    expect(() => measureRegressionChunks(nothing, { metrics: ['f1'] })).toThrow(
      'mae, rmse, r2, mape',
    );
    expect(() => measureRegressionChunks({ labels: [1], predictions: [] })).toThrow('1 labels');
    const one = { labels: [1], predictions: [1] };
    expect(() => measureRegressionChunks(one, { chunkRows: 0 })).toThrow('whole number ≥ 1');
  });
});

describe('calibration', () => {
  it('has the error of a worked example', () => {
    expect(expectedCalibrationError(Float64Array.of(0.9, 0.9), [1, 0])).toBeCloseTo(0.4, 12);
    const wide = { bins: 10, binning: 'equal-width' } as const;
    const probabilities = Float64Array.of(0.12, 0.14, 0.85, 0.95);
    // bins [.1, .2): |.13 − .5| · ½, [.8, .9): |.85 − 1| · ¼, [.9, 1]: |.95 − 0| · ¼
    expect(expectedCalibrationError(probabilities, [0, 1, 1, 0], wide)).toBeCloseTo(0.46, 12);
  });

  it('is about 0 for probabilities that are true, and not for others', () => {
    const random = seededRandom(9);
    const probabilities = Float64Array.from({ length: 20_000 }, random);
    const outcomes = probabilities.map((probability) => (random() < probability ? 1 : 0));
    expect(expectedCalibrationError(probabilities, outcomes)).toBeLessThan(0.02);
    const overconfident = probabilities.map((p) => (p > 0.5 ? 0.5 + p / 2 : p / 2));
    expect(expectedCalibrationError(overconfident, outcomes)).toBeGreaterThan(0.1);
    const curve = reliabilityCurve(probabilities, outcomes);
    expect(curve).toHaveLength(10);
    expect(curve.reduce((rows, bin) => rows + bin.rows, 0)).toBe(20_000);
    const held = curve.filter(
      ({ observed, meanProbability }) =>
        (observed.low ?? 1) <= meanProbability && meanProbability <= (observed.high ?? 0),
    );
    expect(held.length).toBeGreaterThanOrEqual(8);
  });

  it('keeps the few values of a coarse model apart, however their rows are shared out', () => {
    // Always 0 or 1, and right in seven rows of ten: off by 0.3 on either side.
    for (const ones of [50, 3, 97]) {
      const rows = [...Array(100 - ones).fill(0), ...Array(ones).fill(1)].flatMap((p) =>
        Array.from({ length: 10 }, (_, at) => ({ p, y: at < 7 ? p : 1 - p })),
      );
      const probabilities = Float64Array.from(rows, ({ p }) => p);
      const outcomes = rows.map(({ y }) => y);
      expect(expectedCalibrationError(probabilities, outcomes)).toBeCloseTo(0.3, 12);
      expect(reliabilityCurve(probabilities, outcomes).map(({ low, high }) => [low, high])).toEqual(
        [
          [0, 1],
          [1, 1],
        ],
      );
    }
    // The wrong way round, in two values whose mean is right.
    const swapped = Float64Array.of(0.1, 0.1, 0.9, 0.9);
    expect(expectedCalibrationError(swapped, [1, 1, 0, 0])).toBeCloseTo(0.9, 12);
  });

  it('is defined for constants and nothing, and refuses what is no probability', () => {
    expect(expectedCalibrationError(new Float64Array(), [])).toBeNull();
    expect(reliabilityCurve(Float64Array.of(0.3, 0.3), [0, 1])).toHaveLength(1);
    expect(() => reliabilityCurve(Float64Array.of(1.2), [1])).toThrow('probability 0 is 1.2');
    expect(() => reliabilityCurve(Float64Array.of(0.2), [])).toThrow('1 probabilities for 0');
  });
});

describe('prediction bias', () => {
  it('is the mean of prediction − label, with its interval and the variances', () => {
    const result = predictionBias(
      Float64Array.of(10, 20, 30, Number.NaN),
      Float64Array.of(12, 21, 33, 99),
    );
    expect(result).toMatchObject({ rows: 3, isBiased: false, biasAgainstBaseline: null });
    expect(result.bias.value).toBe(2);
    expect(result.predictionVariance).toBeCloseTo(111, 12);
    expect(result.errorVariance).toBeCloseTo(1, 12);
  });

  it('is told against what the model showed when it was accepted', () => {
    const labels = Float64Array.from({ length: 100 }, (_, i) => i);
    const predictions = labels.map((label, i) => label + 2 + (i % 3) - 1);
    const baseline = { bias: 2, predictionVariance: 400 };
    const result = predictionBias(labels, predictions, { baseline });
    expect(result.isBiased).toBe(false);
    expect(result.biasAgainstBaseline).toBeCloseTo(0, 1);
    expect(result.varianceRatio).toBeCloseTo(2.1, 1);
    expect(predictionBias(labels, predictions).isBiased).toBe(true);
  });
});
