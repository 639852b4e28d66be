import { describe, expect, it } from 'vitest';
import { type Matrix, matrixOf, reconstructionBand } from '../../../../monitoring/drift/index.js';
import { normalMatrix } from './normal-matrix.js';

/** A week: five sensors that follow a common load, more loosely in its season. */
function week(seed: number, looseness: number): Matrix {
  const matrix = normalMatrix(seed, 60, 5);
  for (let i = 0; i < 60; i += 1) {
    const load = 3 * (matrix.values[5 * i] ?? 0);
    for (let j = 1; j < 5; j += 1) {
      matrix.values[5 * i + j] = load + looseness * (matrix.values[5 * i + j] ?? 0);
    }
  }
  return matrix;
}

describe('the band of reconstruction errors', () => {
  const seasonal = Array.from({ length: 16 }, (_, i) => week(i, 1 + 0.5 * Math.sin(i)));

  it("holds weeks like the reference's, and not one in which the columns come apart", () => {
    const calm = Array.from({ length: 8 }, (_, i) => week(100 + i, 1 + 0.5 * Math.sin(i)));
    const { low, high, reference, current } = reconstructionBand(seasonal, [...calm, week(7, 5)]);
    expect(low).toBeLessThan(high);
    expect(reference).toHaveLength(16);
    expect(current.map(({ outside }) => outside)).toEqual([...calm.map(() => false), true]);
    expect(current.at(-1)?.error).toBeGreaterThan(high);
  });

  it('is wider where the reference has seasons', () => {
    const steady = Array.from({ length: 16 }, (_, i) => week(i, 1));
    const widthOf = (chunks: readonly Matrix[]) => {
      const { low, high } = reconstructionBand(chunks, []);
      return (high - low) / high;
    };
    expect(widthOf(seasonal)).toBeGreaterThan(2 * widthOf(steady));
  });

  it('needs eight chunks, each with rows of one width', () => {
    expect(() => reconstructionBand(seasonal.slice(0, 7), [])).toThrow(
      'a band needs 8 chunks of the reference, not 7',
    );
    const empty = { rows: 0, columns: 5, values: new Float64Array(0) };
    expect(() => reconstructionBand(seasonal, [empty])).toThrow('a chunk has no rows');
    expect(() => reconstructionBand(seasonal, [matrixOf([[1, 2]])])).toThrow('5 dimensions');
  });
});
