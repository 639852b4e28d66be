import { describe, expect, it } from 'vitest';
import {
  findOutlierMethod,
  locate,
  locateRobustly,
  type Matrix,
  type MultivariateData,
  matrixOf,
  type OutlierOptions,
  squaredMahalanobis,
} from '../../../../monitoring/drift/index.js';
import { chiSquaredCutoff } from '../../../../monitoring/drift/outliers/chi-squared-cutoff.js';
import { categories, frame, numbers } from '../multivariate/data-frames.js';
import { normalMatrix } from '../multivariate/normal-matrix.js';
import { difference, matrix, numpy } from '../multivariate/oracle-fixture.js';

const vectors = (rows: Matrix): MultivariateData => ({ kind: 'vectors', name: 'v', matrix: rows });

function judge(
  name: string,
  reference: MultivariateData,
  current: MultivariateData,
  options?: OutlierOptions,
) {
  const method = findOutlierMethod(name);
  if (method.runsIn !== 'typescript') throw new Error(`${name} runs elsewhere`);
  return method.judge(reference, current, options);
}

describe('Mahalanobis distances', () => {
  it.each(numpy.mahalanobis)(
    'are those of numpy, $reference.rows × $reference.columns of rank $rank',
    ({ reference, current, rank, squaredDistances, cutoff }) => {
      const location = locate(matrix(reference));
      expect(location.rank).toBe(rank);
      const found = squaredMahalanobis(location, matrix(current));
      expect(difference(found, squaredDistances)).toBeLessThan(1e-9);
      expect(difference([chiSquaredCutoff(0.01, rank)], [cutoff])).toBeLessThan(1e-9);
    },
  );

  it('are what their docstrings say', () => {
    const location = locate(matrixOf([[0], [2]]));
    expect(squaredMahalanobis(location, matrixOf([[3]]))[0]).toBeCloseTo(2, 12);
    expect(chiSquaredCutoff(0.01, 2)).toBeCloseTo(9.2103, 4);
  });
});

describe.each(['mahalanobis', 'robust-mahalanobis'])('outliers by %s', (method) => {
  it('are about as many as asked for where the data is like the reference', () => {
    const sides = [vectors(normalMatrix(1, 2_000, 4)), vectors(normalMatrix(2, 4_000, 4))] as const;
    for (const rate of [0.01, 0.05]) {
      const { reference, current, expectedRate } = judge(method, ...sides, { rate });
      expect(expectedRate).toBe(rate);
      for (const side of [reference, current]) {
        expect(side.rate).toBeGreaterThan(rate / 2);
        expect(side.rate).toBeLessThan(2 * rate);
      }
    }
  });

  it('are named by row, with scores past the threshold', () => {
    const odd = normalMatrix(2, 50, 3);
    odd.values.set([9, -9, 9], 3 * 20);
    odd.values[3 * 7] = Number.NaN;
    const found = judge(method, vectors(normalMatrix(1, 300, 3)), vectors(odd), { rate: 0.001 });
    // The row without a number is left out; those after it keep their places.
    expect(found.current).toMatchObject({ rows: 49, outliers: 1, rate: 1 / 49, indices: [20] });
    expect(found.current.scores[0]).toBeGreaterThan(found.threshold ?? Infinity);
    expect(found.note).toContain('1 current vectors');
  });

  it('see a row that breaks what every reference row keeps', () => {
    const whole = Array.from(normalMatrix(1, 100, 2).values);
    const rows = Array.from({ length: 100 }, (_, i) => {
      const [a, b] = [whole[2 * i] ?? 0, whole[2 * i + 1] ?? 0];
      return [a, b, a + b];
    });
    const current = matrixOf([
      [0.1, 0.2, 0.3],
      [0.1, 0.2, 0.9],
    ]);
    const found = judge(method, vectors(matrixOf(rows)), vectors(current));
    expect(found.current.indices).toEqual([1]);
  });

  it('are defined for constants, few rows and none', () => {
    const constant = vectors(
      matrixOf([
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    );
    const moved = vectors(
      matrixOf([
        [1, 1],
        [1, 2],
      ]),
    );
    expect(judge(method, constant, moved).current.indices).toEqual([1]);
    expect(judge(method, constant, constant).current).toMatchObject({ rows: 3, rate: 0 });
    const one = judge(method, vectors(matrixOf([[1, 2]])), moved);
    expect(one).toMatchObject({ threshold: null, current: { rows: 0, rate: null } });
    expect(one.note).toBe('the reference has fewer than two rows');
    const wide = judge(method, vectors(normalMatrix(1, 5, 9)), vectors(normalMatrix(2, 5, 9)));
    expect(wide.note).not.toBeNull();
    expect(wide.current.scores.every(Number.isFinite)).toBe(true);
  });

  it('look at categories and missing values too', () => {
    const many = <T>(value: T, count: number) => new Array<T>(count).fill(value);
    const reference = frame(
      numbers('x', ...normalMatrix(1, 200, 1).values),
      categories('c', ...many('a', 110), ...many('b', 90)),
    );
    const current = frame(numbers('x', 0, 8, Number.NaN), categories('c', 'a', 'b', 'a'));
    expect(judge(method, reference, current).current.indices).toEqual([1, 2]);
  });

  it('refuse a rate out of range', () => {
    const side = vectors(normalMatrix(1, 30, 2));
    expect(() => judge(method, side, side, { rate: 0.5 })).toThrow(
      'rate is above 0 and below 0.5, not 0.5',
    );
  });
});

describe('the tightest half', () => {
  it('is not moved by three outliers in ten', () => {
    const rows = normalMatrix(3, 500, 3);
    for (let i = 0; i < 150 * 3; i += 1) rows.values[i] = 12 + 0.1 * (rows.values[i] ?? 0);
    const robust = locateRobustly(rows);
    expect(robust?.mean.every((entry) => Math.abs(entry) < 0.3)).toBe(true);
    expect(locate(rows).mean.every((entry) => entry > 3)).toBe(true);
    const reference = vectors(rows);
    expect(judge('robust-mahalanobis', reference, reference).reference.rate).toBeGreaterThan(0.3);
    expect(judge('mahalanobis', reference, reference).reference.rate).toBeLessThan(0.05);
  });

  it('has the covariance of a clean normal sample', () => {
    const squares = squaredMahalanobis(
      locateRobustly(normalMatrix(4, 2_000, 3)) ?? locate(normalMatrix(4, 9, 3)),
      normalMatrix(5, 2_000, 3),
    );
    const mean = squares.reduce((sum, value) => sum + value, 0) / squares.length;
    expect(mean).toBeGreaterThan(2.8);
    expect(mean).toBeLessThan(3.25);
  });

  it('is given up where the rows are too few, and said so', () => {
    expect(locateRobustly(normalMatrix(1, 6, 3))).toBeNull();
    const side = vectors(normalMatrix(1, 6, 3));
    expect(judge('robust-mahalanobis', side, side).note).toContain('too few rows');
  });
});
