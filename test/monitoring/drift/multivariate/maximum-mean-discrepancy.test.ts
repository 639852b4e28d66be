import { describe, expect, it } from 'vitest';
import { matrixOf, medianBandwidth, squaredMmd } from '../../../../monitoring/drift/index.js';

describe('maximum mean discrepancy', () => {
  it('is what its docstring says', () => {
    expect(squaredMmd(matrixOf([[0], [1]]), matrixOf([[2], [3]]), 1)).toBeCloseTo(0.7689, 4);
    expect(medianBandwidth(matrixOf([[0], [1], [3]]))).toBeCloseTo(Math.SQRT2, 12);
  });

  it('refuses what it cannot compare', () => {
    const two = matrixOf([[0], [1]]);
    expect(() => squaredMmd(two, matrixOf([[0, 1]]), 1)).toThrow(
      'the reference has 1 dimensions and the current data 2',
    );
    expect(() => squaredMmd(two, matrixOf([[0]]), 1)).toThrow('2 rows on each side, not 2 and 1');
    expect(() => squaredMmd(two, two, 0)).toThrow('the bandwidth is above 0, not 0');
  });
});
