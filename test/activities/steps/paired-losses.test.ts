import { expect, it } from 'vitest';
import { rowMetricFor } from '../../../activities/steps/paired-losses.js';

it('compares single rows by the metric where it is a mean over rows', () => {
  expect(rowMetricFor('rmse', 'regression')).toBe('rmse');
  expect(rowMetricFor('brierScore', 'classification')).toBe('brierScore');
});

it('takes the plain loss of the task for what is no mean over rows, or is of the other task', () => {
  expect(rowMetricFor('r2', 'regression')).toBe('mae');
  expect(rowMetricFor('rocAuc', 'classification')).toBe('accuracy');
  expect(rowMetricFor('accuracy', 'regression')).toBe('mae');
  expect(rowMetricFor('mae', 'classification')).toBe('accuracy');
});
