import { describe, expect, it } from 'vitest';
import {
  type ClassifiedRows,
  cutChunks,
  estimateClassification,
  estimateRegression,
  rowLosses,
  rowsOutside,
} from '../../../../monitoring/drift/estimation/index.js';
import { performanceThresholds } from '../../../../monitoring/drift/estimation/thresholds.js';
import { simulatePredictions, simulateRows } from './simulated-scores.js';

const CLASSES = [0, 1];
const REFERENCE = simulateRows(1, 2_000);

function codesOf(
  reference: ClassifiedRows,
  analysis: ClassifiedRows,
  metric = 'accuracy',
  more: { readonly outside?: Uint8Array; readonly chunkRows?: number } = {},
) {
  const result = estimateClassification(reference, analysis, {
    metric,
    classes: CLASSES,
    chunkRows: 200,
    ...more,
  });
  expect(JSON.stringify(result)).not.toMatch(/NaN|Infinity/);
  for (const chunk of result.chunks) expect(chunk.estimate).not.toBeNaN();
  return result.validity.reasons.map(({ code }) => code);
}

function withLabels(rows: ClassifiedRows, label: (row: number) => number): ClassifiedRows {
  const labels = Float64Array.from({ length: rows.probabilities.length / 2 }, (_, row) =>
    label(row),
  );
  return { ...rows, labels };
}

const unlabelled = ({ probabilities, predictions }: ClassifiedRows): ClassifiedRows => ({
  probabilities,
  ...(predictions !== undefined && { predictions }),
});

const ANALYSIS = unlabelled(simulateRows(2, 1_000));

describe('an estimate says when it is not valid', () => {
  it('and is valid, but for what it assumes, where nothing speaks against it', () => {
    const { validity } = estimateClassification(REFERENCE, ANALYSIS, {
      metric: 'accuracy',
      classes: CLASSES,
    });
    expect(validity.valid).toBe(true);
    expect(validity.assumptions[0]).toContain('concept drift');
  });

  it('few-rows: a chunk of 20 rows', () => {
    expect(codesOf(REFERENCE, ANALYSIS, 'accuracy', { chunkRows: 20 })).toContain('few-rows');
  });

  it('few-rows: no rows of the class that the metric is about', () => {
    const analysis = {
      ...ANALYSIS,
      probabilities: ANALYSIS.probabilities.map((_, i) => (i + 1) % 2),
    };
    expect(codesOf(REFERENCE, analysis, 'recall')).toContain('few-rows');
  });

  it('single-class: a reference whose labels are all 0, where ranking has no value at all', () => {
    const reference = withLabels(REFERENCE, () => 0);
    expect(codesOf(reference, ANALYSIS)).toContain('single-class');
    const result = estimateClassification(reference, ANALYSIS, {
      metric: 'rocAuc',
      classes: CLASSES,
    });
    expect(result.thresholds).toMatchObject({ lower: null, upper: null, mean: null });
    expect(result.chunks.some(({ alert }) => alert)).toBe(false);
  });

  it('few-reference-chunks: fewer than five of the chunk’s size', () => {
    expect(codesOf(REFERENCE, ANALYSIS, 'f1', { chunkRows: 500 })).toContain(
      'few-reference-chunks',
    );
  });

  it('has thresholds from few chunks that leave room for what the reference itself leaves open', () => {
    const whole = { value: 0.8, error: 0.02, rows: 400 };
    const { lower, upper, standardDeviation } = performanceThresholds([], whole, [0, 1], 100);
    expect(standardDeviation).toBeCloseTo(0.02 * Math.sqrt(5), 12);
    expect(lower).toBeCloseTo(0.8 - 0.06 * Math.sqrt(5), 12);
    expect(upper).toBeCloseTo(0.8 + 0.06 * Math.sqrt(5), 12);
    const tiny = performanceThresholds([], { ...whole, rows: 29 }, [0, 1], 100);
    expect(tiny).toMatchObject({ lower: null, upper: null, standardDeviation: null, mean: 0.8 });
  });

  it('corrects probabilities of 0 and 1 alone', () => {
    const hard = (rows: typeof REFERENCE) => ({
      ...rows,
      probabilities: rows.probabilities.map(Math.round),
    });
    const result = estimateClassification(hard(REFERENCE), hard(simulateRows(2, 1_000)), {
      metric: 'rocAuc',
      classes: CLASSES,
    });
    expect(result.calibration[0]?.method).toBe('isotonic');
    expect(result.validity.reasons.map(({ code }) => code)).not.toContain('contradicted');
  });

  it('calibration: too few positive rows to correct probabilities that are far off', () => {
    const reference = withLabels(REFERENCE, (row) => (row % 500 === 0 ? 1 : 0));
    expect(codesOf(reference, ANALYSIS)).toContain('calibration');
  });

  it('worse-than-chance: the positive class is the other one', () => {
    const reference = withLabels(REFERENCE, (row) => 1 - (REFERENCE.labels[row] ?? 0));
    expect(codesOf(reference, ANALYSIS)).toContain('worse-than-chance');
  });

  it('outside-reference: rows with an input or a score that the reference has never had', () => {
    const outside = rowsOutside(
      [{ kind: 'numeric', values: Float64Array.of(1, 5) }],
      [{ kind: 'numeric', values: Float64Array.from({ length: 1_000 }, (_, row) => row % 10) }],
    );
    expect(codesOf(REFERENCE, ANALYSIS, 'accuracy', { outside })).toContain('outside-reference');
    const middling = withLabels(
      { ...REFERENCE, probabilities: new Float64Array(4_000).fill(0.5) },
      (row) => row % 2,
    );
    expect(codesOf(middling, ANALYSIS)).toContain('outside-reference');
  });

  it('missing-values: half of the probabilities are missing', () => {
    const probabilities = ANALYSIS.probabilities.map((p, i) => (i % 4 < 2 ? Number.NaN : p));
    expect(codesOf(REFERENCE, { ...ANALYSIS, probabilities })).toContain('missing-values');
    const none = { ...ANALYSIS, probabilities: ANALYSIS.probabilities.map(() => Number.NaN) };
    expect(codesOf(REFERENCE, none)).toContain('undefined');
  });

  it('unknown-labels: a class that the reference does not have', () => {
    expect(
      codesOf(
        REFERENCE,
        withLabels(ANALYSIS, (row) => (row < 9 ? -1 : 1)),
      ),
    ).toContain('unknown-labels');
  });
});

describe('what cannot be estimated is refused', () => {
  it.each([
    ['a probability above 1', { probabilities: Float64Array.of(0, 1.5) }, /row 0 .* 1.5/],
    ['rows that are no whole rows', { probabilities: Float64Array.of(0, 1, 0) }, /no whole rows/],
    [
      'labels of another length',
      { probabilities: Float64Array.of(0, 1), labels: [1, 1] },
      /2 labels/,
    ],
    ['a reference without labels', { probabilities: Float64Array.of(0, 1) }, /no labels/],
  ] as const)('%s', (_, reference, message) => {
    expect(() =>
      estimateClassification(reference, ANALYSIS, { metric: 'rocAuc', classes: CLASSES }),
    ).toThrow(message);
  });

  it('a metric that is none, with those that there are', () => {
    const options = { metric: 'acuracy', classes: CLASSES };
    expect(() => estimateClassification(REFERENCE, ANALYSIS, options)).toThrow(
      /there are accuracy/,
    );
    expect(() => cutChunks(10, 0)).toThrow(/whole number/);
  });
});

describe('results that are defined at the edges', () => {
  it('one row on each side', () => {
    const one = { probabilities: Float64Array.of(0.2, 0.8), predictions: [1], labels: [1] };
    for (const metric of ['accuracy', 'precision', 'recall', 'f1', 'rocAuc', 'averagePrecision']) {
      expect(codesOf(one, one, metric)).toContain('few-rows');
    }
  });

  it('no rows to estimate are no chunks', () => {
    const none = { probabilities: new Float64Array(), predictions: [] };
    expect(codesOf(REFERENCE, none)).toEqual([]);
  });

  it('three classes: the mean over them', () => {
    const rows = 900;
    const labels = Float64Array.from({ length: rows }, (_, row) => row % 3);
    const probabilities = Float64Array.from({ length: 3 * rows }, (_, at) =>
      at % 3 === Math.floor(at / 3) % 3 ? 0.6 : 0.2,
    );
    const result = estimateClassification(
      { probabilities, predictions: labels, labels },
      { probabilities, predictions: labels },
      { metric: 'f1', classes: ['a', 'b', 'c'], chunkRows: 100 },
    );
    expect(result.average).toBe('macro');
    expect(result.calibration.map(({ method }) => method)).toEqual(Array(3).fill('isotonic'));
    // Calibration finds out that 0.6 is as good as certain.
    expect(result.chunks[0]?.estimate).toBeCloseTo(1, 12);
  });

  it('a short last chunk has more room before it alerts', () => {
    const analysis = simulateRows(3, 250, { shift: -0.5 });
    const result = estimateClassification(REFERENCE, analysis, {
      metric: 'accuracy',
      classes: CLASSES,
      chunkRows: 200,
    });
    expect(result.chunks.map(({ start, end }) => [start, end])).toEqual([
      [0, 200],
      [200, 250],
    ]);
  });

  it('MAPE where a label is 0: the row has no loss, and what is realised is not defined', () => {
    expect([...rowLosses('mape', Float64Array.of(0, 4), Float64Array.of(1, 5))]).toEqual([
      Number.NaN,
      0.25,
    ]);
    const { predictions, labels, expectedLosses } = simulatePredictions(1, 1_000);
    const withZeros = labels.map((label, row) => (row % 10 === 0 ? 0 : label));
    const rows = { predictions, labels: withZeros, expectedLosses };
    const { chunks, validity } = estimateRegression(rows, rows, { metric: 'mape', chunkRows: 100 });
    expect(chunks[0]?.realised).toBeNull();
    expect(validity.reasons.map(({ code }) => code)).toContain('undefined');
    expect(validity.reasons.map(({ code }) => code)).toContain('missing-values');
  });

  it('a loss that is always 0 is estimated as 0, with a band of no width', () => {
    const zeros = new Float64Array(500);
    const rows = { predictions: zeros, labels: zeros, expectedLosses: zeros };
    const { chunks } = estimateRegression(rows, rows, { metric: 'rmse', chunkRows: 100 });
    expect(chunks[0]).toMatchObject({ estimate: 0, low: 0, high: 0, realised: 0, alert: false });
  });

  it('expected losses that are worse than a mean are said to be', () => {
    const { predictions, labels } = simulatePredictions(1, 1_000);
    const expectedLosses = Float64Array.from(labels, (_, row) => (row % 2 === 0 ? 9 : 0));
    const rows = { predictions, labels, expectedLosses };
    const { validity } = estimateRegression(rows, rows, { metric: 'mae', chunkRows: 100 });
    expect(validity.reasons.map(({ code }) => code)).toContain('calibration');
  });
});
