import { describe, expect, it } from 'vitest';
import { findMetric } from '../../../../models/inference/metrics/index.js';
import {
  binaryAveragePrecision,
  binaryRocAuc,
  type ClassificationSample,
  METRICS,
  measureClassification,
  measureRegression,
} from '../../../../monitoring/drift/performance/metrics/index.js';

const binary: ClassificationSample = {
  classes: [false, true],
  labels: [0, 0, 1, 1],
  predictions: [0, 0, 0, 1],
  probabilities: [0.9, 0.1, 0.6, 0.4, 0.65, 0.35, 0.2, 0.8],
};

describe('metrics of a regression', () => {
  it('have the values of scikit-learn', () => {
    const metrics = measureRegression({ labels: [3, -0.5, 2, 7], predictions: [2.5, 0, 2, 8] });
    expect(metrics['mae']).toBe(0.5);
    expect(metrics['rmse']).toBeCloseTo(0.6123724356957945, 14);
    expect(metrics['r2']).toBeCloseTo(0.9486081370449679, 14);
    expect(metrics['mape']).toBeCloseTo(0.3273809523809524, 14);
  });

  it('leave out what is not defined: MAPE at a label of 0, R² where all labels are equal', () => {
    const metrics = measureRegression({ labels: [0, 0], predictions: [1, 0] });
    expect(metrics).toEqual({ mae: 0.5, rmse: Math.SQRT1_2 });
  });

  it('are absent, never NaN, where a prediction is not finite', () => {
    expect(measureRegression({ labels: [1, 2], predictions: [1, Number.NaN] })).toEqual({});
  });
});

describe('metrics of a classification', () => {
  it('have the values of scikit-learn for two classes', () => {
    const metrics = measureClassification(binary);
    expect(metrics).toMatchObject({ accuracy: 0.75, precision: 1, recall: 0.5, rocAuc: 0.75 });
    expect(metrics['averagePrecision']).toBeCloseTo(0.8333333333333333, 14);
    expect(binaryAveragePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])).toBeCloseTo(5 / 6, 14);
    expect(binaryAveragePrecision([0, 0], [0.1, 0.4])).toBeNull();
    expect(metrics['brierScore']).toBeCloseTo((0.01 + 0.16 + 0.65 ** 2 + 0.04) / 4, 14);
    expect(metrics['f1']).toBeCloseTo(2 / 3, 14);
    expect(metrics['logLoss']).toBeCloseTo(
      -(Math.log(0.9) + Math.log(0.6) + Math.log(0.35) + Math.log(0.8)) / 4,
      14,
    );
  });

  it('are macro means over the classes that occur for more than two', () => {
    const metrics = measureClassification({
      classes: ['a', 'b', 'c', 'never'],
      labels: [0, 1, 2, 0, 1, 2],
      predictions: [0, 2, 1, 0, 0, 1],
      probabilities: [],
    });
    expect(metrics['precision']).toBeCloseTo(0.2222222222222222, 14);
    expect(metrics['recall']).toBeCloseTo(1 / 3, 14);
    expect(metrics['f1']).toBeCloseTo(0.26666666666666666, 14);
  });

  it('leave out ROC-AUC where one class has no rows', () => {
    const metrics = measureClassification({ ...binary, labels: [0, 0, 0, 0] });
    expect(metrics).not.toHaveProperty('rocAuc');
    expect(metrics).toHaveProperty('logLoss');
  });

  it('count a class that the model does not know as wrong, and leave out what needs its probability', () => {
    const metrics = measureClassification({ ...binary, labels: [0, 0, -1, 1] });
    expect(metrics['accuracy']).toBe(0.75);
    expect(metrics).not.toHaveProperty('rocAuc');
    expect(metrics).not.toHaveProperty('logLoss');
  });

  it('cost a finite loss where the probability of what came was 0', () => {
    const metrics = measureClassification({
      classes: ['a', 'b'],
      labels: [1],
      predictions: [0],
      probabilities: [1, 0],
    });
    expect(metrics['logLoss']).toBeCloseTo(23 * Math.LN2, 12);
  });
});

describe('binaryRocAuc', () => {
  it.each([
    [[0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], 0.75],
    [[0, 1], [0.5, 0.5], 0.5],
    [[0, 1, 0, 1, 1], [0.2, 0.2, 0.7, 0.7, 0.9], 0.6666666666666666],
    [[1, 0], [0, 1], 0],
  ])('labels %j with scores %j: %d', (labels, scores, area) => {
    expect(binaryRocAuc(labels, scores)).toBeCloseTo(area, 14);
  });

  it('is not defined for one class or a score that is NaN', () => {
    expect(binaryRocAuc([1, 1], [0.1, 0.2])).toBeNull();
    expect(binaryRocAuc([0, 1], [Number.NaN, 0.2])).toBeNull();
  });
});

describe('findMetric', () => {
  it('knows which way is better', () => {
    const higher = METRICS.filter(({ higherIsBetter }) => higherIsBetter).map(({ name }) => name);
    expect(higher).toEqual([
      'r2',
      'accuracy',
      'precision',
      'recall',
      'f1',
      'rocAuc',
      'averagePrecision',
    ]);
  });

  it('lists what there is for the task', () => {
    expect(() => findMetric('accuracy', 'regression')).toThrow(
      expect.objectContaining({
        type: 'InvalidInput',
        message: 'there is no metric accuracy for a regression',
        hint: 'there are: mae, rmse, r2, mape',
      }),
    );
  });
});
