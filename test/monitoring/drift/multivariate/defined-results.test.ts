import { describe, expect, it } from 'vitest';
import {
  findMultivariateMethod,
  leastSquaresDensityDifference,
  type Matrix,
  MULTIVARIATE_METHODS,
  type MultivariateData,
  matrixOf,
  maximumMeanDiscrepancy,
  pcaReconstruction,
  predictionEntropy,
  predictionSpread,
  principalComponents,
} from '../../../../monitoring/drift/index.js';
import { fc } from '../../../support/property.js';
import { categories, frame, mixedFrame, numbers } from './data-frames.js';
import { normalMatrix } from './normal-matrix.js';

const native = MULTIVARIATE_METHODS.flatMap((method) =>
  method.runsIn === 'typescript' ? [method] : [],
);
const onVectors = native.filter(({ takes }) => takes.includes('vectors'));

const vectors = (matrix: Matrix): MultivariateData => ({ kind: 'vectors', name: 'v', matrix });
const repeated = (row: readonly number[], rows: number) =>
  matrixOf(Array.from({ length: rows }, () => row));

describe.each(native)('$name', ({ compare }) => {
  it('gives the same result for the same seed', () => {
    const [a, b] = [mixedFrame(1, 60, 2), mixedFrame(2, 50, 2)];
    expect(compare(a, b, { seed: 5 })).toEqual(compare(a, b, { seed: 5 }));
  });

  it('is insufficient where no column has a value on both sides', () => {
    const empty = numbers('x', ...new Array<number>(30).fill(Number.NaN));
    const found = compare(frame(empty), frame(empty));
    expect(found).toMatchObject({ verdict: 'insufficient', statistic: null, pValue: null });
    expect(found.note).not.toBeNull();
  });

  it('never gives NaN, whatever the columns hold', () => {
    const value = fc.oneof(
      fc.constantFrom(0, 1, -1, Number.NaN, Infinity, -Infinity, 1e300, -1e300, 5e-324),
      fc.double({ noNaN: true }),
    );
    const column = (rows: number) => fc.array(value, { minLength: rows, maxLength: rows });
    const label = (rows: number) =>
      fc.array(fc.constantFrom('a', 'b', null), { minLength: rows, maxLength: rows });
    const side = fc
      .integer({ min: 0, max: 25 })
      .chain((rows) => fc.tuple(column(rows), column(rows), label(rows)))
      .map(([x, y, c]) => frame(numbers('x', ...x), numbers('y', ...y), categories('c', ...c)));
    fc.assert(
      fc.property(side, side, (reference, current) => {
        const { statistic, pValue, verdict, note, details } = compare(reference, current, {
          permutations: 19,
        });
        for (const number of [statistic, pValue, ...Object.values(details)]) {
          if (number !== null) expect(Number.isFinite(number)).toBe(true);
        }
        if (pValue !== null) expect(pValue >= 0 && pValue <= 1).toBe(true);
        if (verdict === 'insufficient') expect(note).not.toBeNull();
      }),
      { numRuns: 60, seed: 11 },
    );
  });
});

describe.each(onVectors)('$name of vectors', ({ compare }) => {
  it('sees no drift where all rows are equal', () => {
    const same = vectors(repeated([3, 4], 30));
    expect(compare(same, same)).toMatchObject({ verdict: 'no-drift', pValue: 1 });
  });

  it('is insufficient with one row', () => {
    const found = compare(vectors(normalMatrix(1, 100, 3)), vectors(normalMatrix(2, 1, 3)));
    expect(found).toMatchObject({ verdict: 'insufficient', pValue: null });
    expect(found.note).toContain('100 reference and 1 current rows');
  });

  it('leaves out vectors that hold a number which is not finite, and says so', () => {
    const broken = normalMatrix(2, 60, 3);
    broken.values[4] = Number.NaN;
    broken.values[31] = Infinity;
    const found = compare(vectors(normalMatrix(1, 60, 3)), vectors(broken));
    expect(found.note).toContain('2 current vectors have a number that is not finite: left out');
    expect(found.details['currentRows']).toBe(58);
  });

  it('refuses vectors of two lengths, and columns against vectors', () => {
    const three = vectors(normalMatrix(1, 30, 3));
    expect(() => compare(three, vectors(normalMatrix(1, 30, 4)))).toThrow(
      'the reference has 3 dimensions and the current data 4',
    );
    expect(() => compare(three, mixedFrame(1, 30, 1))).toThrow('both must be of one form');
  });
});

describe('a constant that became another', () => {
  it.each([maximumMeanDiscrepancy, leastSquaresDensityDifference])('is drift (%o)', (test) => {
    expect(test(repeated([1], 40), repeated([2], 40)).pValue).toBeLessThan(0.05);
  });
});

describe('options', () => {
  const sides = [normalMatrix(1, 20, 2), normalMatrix(2, 20, 2)] as const;

  it.each([
    [{ alpha: 0 }, 'alpha is in (0, 1), not 0'],
    [{ alpha: Number.NaN }, 'alpha is in (0, 1), not NaN'],
    [{ seed: 0.5 }, 'seed is a whole number, not 0.5'],
    [{ permutations: 5 }, 'permutations is a whole number from 19, not 5'],
    [{ maxRows: 2 }, 'maxRows is a whole number from 10, not 2'],
    [{ smallestEffect: -1 }, 'smallestEffect is finite and ≥ 0, not -1'],
  ])('out of range are refused: %o', (options, message) => {
    expect(() => maximumMeanDiscrepancy(...sides, options)).toThrow(message);
  });

  it('a larger side is sampled', () => {
    const found = maximumMeanDiscrepancy(normalMatrix(1, 500, 2), normalMatrix(2, 400, 2), {
      maxRows: 50,
    });
    expect(found.details).toMatchObject({ referenceRows: 50, currentRows: 50 });
  });

  it('a significant statistic below the smallest effect is no drift', () => {
    const mmd = findMultivariateMethod('mmd');
    if (mmd.runsIn !== 'typescript') throw new Error('mmd runs here');
    const [a, b] = [vectors(normalMatrix(1, 100, 2)), vectors(normalMatrix(2, 100, 2, 1))];
    expect(mmd.compare(a, b).verdict).toBe('drift');
    expect(mmd.compare(a, b, { smallestEffect: 1 })).toMatchObject({
      verdict: 'no-drift',
      note: 'significant, but below the smallest effect',
    });
  });
});

describe('principal components', () => {
  it('need two columns', () => {
    const found = pcaReconstruction(normalMatrix(1, 50, 1), normalMatrix(2, 50, 1));
    expect(found).toMatchObject({ pValue: null, note: expect.stringContaining('two are needed') });
  });

  it('refuse a share out of range', () => {
    expect(() => principalComponents(normalMatrix(1, 20, 2), 0)).toThrow('is in (0, 1], not 0');
  });
});

describe("a model's own predictions", () => {
  it('have an entropy and a spread', () => {
    expect(predictionEntropy(matrixOf([[0.5, 0.5]]))[0]).toBeCloseTo(Math.LN2, 12);
    expect([...predictionEntropy(matrixOf([[1, 0]]))]).toEqual([0]);
    expect([...predictionSpread(matrixOf([[1, 3]]))]).toEqual([1]);
  });

  it('are refused where they are no distribution, or one member alone', () => {
    expect(() => predictionEntropy(matrixOf([[0.5, 0.6]]))).toThrow('row 0 sums to 1.1');
    expect(() => predictionEntropy(matrixOf([[1.5, -0.5]]))).toThrow('has the probability 1.5');
    expect(() => predictionSpread(matrixOf([[1]]))).toThrow('needs two members, not 1');
  });
});
