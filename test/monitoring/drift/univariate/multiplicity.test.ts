import { describe, expect, it } from 'vitest';
import {
  benjaminiHochberg,
  bonferroni,
} from '../../../../monitoring/drift/univariate/multiplicity.js';
import { fc } from '../../../support/property.js';
import { readOracle } from '../oracle.js';

const { benjaminiHochberg: scipy } = readOracle<{
  readonly benjaminiHochberg: { readonly pValues: number[]; readonly adjusted: number[] };
}>('counts');

describe('corrections for many tests', () => {
  it('Benjamini–Hochberg agrees with scipy', () => {
    const { pValues, adjusted } = scipy;
    benjaminiHochberg(pValues).forEach((p, i) => {
      expect(p).toBeCloseTo(adjusted[i] ?? Number.NaN, 14);
    });
  });

  it('leaves out what was not tested', () => {
    expect(benjaminiHochberg([null, 0.04, null])).toEqual([null, 0.04, null]);
    expect(bonferroni([0.01, 0.5, null])).toEqual([0.02, 1, null]);
  });

  it('never makes a p-value smaller, and Bonferroni is never the weaker', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (pValues) => {
        const [bh, bf] = [benjaminiHochberg(pValues), bonferroni(pValues)];
        pValues.forEach((p, i) => {
          expect((bh[i] ?? 0) + 1e-12).toBeGreaterThanOrEqual(p);
          expect((bf[i] ?? 0) + 1e-12).toBeGreaterThanOrEqual(bh[i] ?? 0);
        });
      }),
    );
  });

  it('refuses what is not a p-value', () => {
    expect(() => benjaminiHochberg([1.5])).toThrow(RangeError);
    expect(() => bonferroni([Number.NaN])).toThrow(RangeError);
  });
});
