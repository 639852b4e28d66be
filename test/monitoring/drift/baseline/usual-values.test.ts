import { describe, expect, test } from 'vitest';
import { usualValues } from '../../../../monitoring/drift/index.js';

describe('what windows usually show', () => {
  test('is the one-sided prediction limit of one more window', () => {
    // scipy.stats.t.ppf(.975, 3) = 3.182446
    expect(usualValues([10, 11, 9, 10], 'above')).toEqual({
      limit: expect.closeTo(12.9052, 3),
      windows: 4,
    });
    expect(usualValues([10, 11, 9, 10], 'below')?.limit).toBeCloseTo(7.0948, 3);
  });

  test('is not told from three windows, and of equal ones is that value', () => {
    expect(usualValues([1, 2, 3], 'above')).toBeNull();
    expect(usualValues([5, 5, 5, 5], 'above')).toEqual({ limit: 5, windows: 4 });
  });
});
