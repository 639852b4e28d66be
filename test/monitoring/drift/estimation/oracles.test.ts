import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type ExpectMetric,
  expectedAveragePrecision,
  expectedConfusion,
  expectedF1,
  expectedPrecision,
  expectedRecall,
  expectedRocAuc,
  expectedShare,
  isotonicAt,
  isotonicRegression,
  samplingError,
} from '../../../../monitoring/drift/estimation/index.js';
import { CLASSIFICATION_METRICS } from '../../../../monitoring/drift/performance/index.js';

interface ExpectedCase {
  readonly probabilities: readonly number[];
  readonly scores: readonly number[];
  readonly predictions: readonly number[];
  readonly confusion: readonly number[];
  readonly [metric: string]: number | readonly number[];
}

const fixture: {
  readonly isotonic: readonly {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly places: readonly number[];
    readonly fitted: readonly number[];
  }[];
  readonly expected: readonly ExpectedCase[];
  readonly drawn: {
    readonly probabilities: readonly number[];
    readonly metrics: Record<string, { readonly mean: number; readonly deviation: number }>;
  };
} = JSON.parse(readFileSync(new URL('../../../oracles/estimation.json', import.meta.url), 'utf8'));

const METRICS: Readonly<Record<string, ExpectMetric>> = {
  precision: expectedPrecision,
  recall: expectedRecall,
  f1: expectedF1,
  rocAuc: expectedRocAuc,
  averagePrecision: expectedAveragePrecision,
};

function sampleOf({ probabilities, scores, predictions }: ExpectedCase) {
  return {
    probabilities: Float64Array.from(probabilities),
    scores: Float64Array.from(scores),
    predictions: Uint8Array.from(predictions),
  };
}

describe('isotonic regression', () => {
  it.each(fixture.isotonic)('is scikit-learn’s to 1e-12 (case %#)', ({ x, y, places, fitted }) => {
    const fit = isotonicRegression(x, y);
    for (const [at, place] of places.entries()) {
      expect(isotonicAt(fit, place)).toBeCloseTo(fitted[at] ?? Number.NaN, 12);
    }
  });

  it('never falls, and refuses what is no number', () => {
    const { y } = isotonicRegression([3, 1, 2, 2], [0, 1, 0, 1]);
    expect([...y].every((value, at) => at === 0 || value >= (y[at - 1] ?? 0))).toBe(true);
    expect(() => isotonicRegression([1, Number.NaN], [0, 1])).toThrow(/row 1/);
    expect(() => isotonicRegression([], [])).toThrow(/at least one row/);
  });
});

describe('expected metrics', () => {
  it.each(fixture.expected)('are numpy’s from the definition (case %#)', (known) => {
    const sample = sampleOf(known);
    const { truePositives, falsePositives, falseNegatives, trueNegatives } =
      expectedConfusion(sample);
    const cells = [truePositives, falsePositives, falseNegatives, trueNegatives];
    for (const [at, cell] of cells.entries())
      expect(cell).toBeCloseTo(known.confusion[at] ?? 0, 10);
    for (const [name, expectMetric] of Object.entries(METRICS)) {
      expect(expectMetric(sample)?.value).toBeCloseTo(Number(known[name]), 12);
    }
    const correct = sample.probabilities.map((p, row) =>
      sample.predictions[row] === 1 ? p : 1 - p,
    );
    expect(expectedShare({ ...sample, probabilities: correct })?.value).toBeCloseTo(
      Number(known['accuracy']),
      12,
    );
  });

  it('are the realised ones where labels are certain', () => {
    const [, , known] = fixture.expected;
    if (known === undefined) throw new Error('the fixture has fewer cases');
    const labels = known.probabilities.map((p) => (p > 0.4 ? 1 : 0));
    const sample = { ...sampleOf(known), probabilities: Float64Array.from(labels) };
    for (const [name, expectMetric] of Object.entries(METRICS)) {
      const metric = CLASSIFICATION_METRICS.find((one) => one.name === name);
      const realised = metric?.compute({
        classes: [0, 1],
        labels,
        predictions: known.predictions,
        probabilities: known.scores.flatMap((score) => [1 - score, score]),
      });
      expect(expectMetric(sample)?.value).toBeCloseTo(realised ?? Number.NaN, 12);
    }
  });

  it('lie where 4,000 draws of rows and labels put them, and scatter as the draws do', () => {
    const probabilities = Float64Array.from(fixture.drawn.probabilities);
    const predictions = Uint8Array.from(probabilities, (p) => (p >= 0.5 ? 1 : 0));
    const sample = { probabilities, scores: probabilities, predictions };
    for (const [name, { mean, deviation }] of Object.entries(fixture.drawn.metrics)) {
      const expected = METRICS[name]?.(sample);
      if (expected == null) throw new Error(`${name} is not defined`);
      // A ratio of expectations is not quite the expectation of the ratio: less than a fifth of σ.
      expect(Math.abs(expected.value - mean)).toBeLessThan(deviation / 5);
      expect(samplingError(sample, expected) / deviation).toBeGreaterThan(0.9);
      expect(samplingError(sample, expected) / deviation).toBeLessThan(1.1);
    }
  });

  it('are null or 0 where nothing is positive, never NaN', () => {
    const sample = {
      probabilities: new Float64Array(3),
      scores: Float64Array.of(0.1, 0.2, 0.3),
      predictions: new Uint8Array(3),
    };
    expect(expectedRocAuc(sample)).toBeNull();
    expect(expectedAveragePrecision(sample)).toBeNull();
    expect([expectedPrecision, expectedRecall, expectedF1].map((of) => of(sample)?.value)).toEqual([
      0, 0, 0,
    ]);
  });
});
