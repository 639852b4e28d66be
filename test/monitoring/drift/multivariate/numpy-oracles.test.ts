import { describe, expect, it } from 'vitest';
import {
  medianBandwidth,
  principalComponents,
  reconstructionErrors,
  squaredDensityDifference,
  squaredMmd,
  symmetricEigen,
} from '../../../../monitoring/drift/index.js';
import { covarianceOf } from '../../../../monitoring/drift/multivariate/covariance.js';
import { difference, matrix, numpy } from './oracle-fixture.js';

describe('against numpy', () => {
  it("gives the MMD that Frouros' tests expect", () => {
    const [first] = numpy.comparisons;
    expect(first).toBeDefined();
    if (first === undefined) return;
    expect(squaredMmd(matrix(first.reference), matrix(first.current), 1)).toBeCloseTo(
      0.10163633,
      7,
    );
  });

  it.each(numpy.comparisons)('gives MMD² of $reference.rows and $current.rows rows', (pair) => {
    const found = squaredMmd(matrix(pair.reference), matrix(pair.current), pair.sigma);
    expect(Math.abs(found - pair.mmd)).toBeLessThan(1e-12);
  });

  it.each(numpy.comparisons.flatMap((pair) => (pair.lsdd === undefined ? [] : [pair])))(
    'gives bandwidth and LSDD of $reference.rows and $current.rows rows',
    ({ reference, current, centres, sigma, lsdd, medianBandwidth: expected }) => {
      expect(difference([medianBandwidth(matrix(reference)) ?? 0], [expected ?? 1])).toBeLessThan(
        1e-12,
      );
      if (centres === undefined) throw new Error('a case without centres');
      const found = squaredDensityDifference(
        matrix(reference),
        matrix(current),
        matrix(centres),
        sigma,
      );
      expect(difference([found], [lsdd ?? 0])).toBeLessThan(1e-9);
    },
  );

  it.each(numpy.reconstructions)(
    'gives components and errors of $reference.rows × $reference.columns',
    ({ reference, current, components, errors, eigenvalues }) => {
      const fitted = principalComponents(matrix(reference));
      expect(fitted.components).toBe(components);
      expect(difference(reconstructionErrors(fitted, matrix(current)), errors)).toBeLessThan(1e-9);
      expect(eigenvalues.slice(0, components).reduce((a, b) => a + b, 0)).toBeCloseTo(
        fitted.keptVariance * reference.columns,
        9,
      );
    },
  );

  it.each(numpy.reconstructions)('takes a covariance of $reference.columns apart', (fixture) => {
    const size = fixture.reference.columns;
    const { covariance } = covarianceOf(matrix(fixture.reference));
    const { values, vectors } = symmetricEigen(covariance, size);
    const rebuilt = Float64Array.from({ length: size * size }, (_, at) => {
      const [i, j] = [Math.floor(at / size), at % size];
      return values.reduce(
        (sum, value, k) =>
          sum + value * (vectors[k * size + i] ?? 0) * (vectors[k * size + j] ?? 0),
        0,
      );
    });
    expect(difference(rebuilt, covariance)).toBeLessThan(1e-12);
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
  });
});
