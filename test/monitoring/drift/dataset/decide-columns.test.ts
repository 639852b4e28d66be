import { describe, expect, it } from 'vitest';
import { type ComparedColumn, decideColumns } from '../../../../monitoring/drift/dataset/index.js';
import { fc } from '../../../support/property.js';
import { identity } from './null-columns.js';

function column(pValue: number | null, effect: number | null, index = 0): ComparedColumn {
  return {
    ...identity(index, 100),
    kind: 'numeric',
    test: 'kolmogorov-smirnov',
    statistic: effect,
    pValue,
    effect: { measure: 'kolmogorov-smirnov', value: effect, threshold: 0.05 },
    note: null,
    shift: null,
  };
}

describe('the verdict on a column', () => {
  it.each([
    [0.001, 0.2, 'drift'],
    [0.05, 0.05, 'drift'],
    [0.001, 0.049, 'no-drift'],
    [0.051, 0.2, 'no-drift'],
    [null, null, 'insufficient'],
    [null, 0.2, 'insufficient'],
  ])('p %s with effect %s: %s', (pValue, effect, verdict) => {
    const { columns, dataset } = decideColumns([column(pValue, effect)]);
    expect(columns[0]?.verdict).toBe(verdict);
    expect(dataset.verdict).toBe(verdict);
  });

  it('a smallest effect of one number, by test, or 0', () => {
    const verdict = (minimumEffect: number | Record<string, number>) =>
      decideColumns([column(0.001, 0.1)], { minimumEffect }).columns[0];
    expect(verdict(0.2)).toMatchObject({ verdict: 'no-drift', effect: { threshold: 0.2 } });
    expect(verdict({ 'kolmogorov-smirnov': 0.2 })?.verdict).toBe('no-drift');
    expect(verdict({ 'chi-squared': 0.2 })?.verdict).toBe('drift');
    expect(verdict(0)).toMatchObject({ verdict: 'drift', effect: { threshold: 0 } });
  });

  it('is corrected over the measured columns alone', () => {
    const columns = [column(0.02, 0.2), column(0.4, 0.2, 1), column(null, null, 2)];
    const adjusted = (correction: 'bh' | 'bonferroni' | 'none') =>
      decideColumns(columns, { correction }).columns.map(({ adjustedPValue }) => adjustedPValue);
    expect(adjusted('bh')).toEqual([0.04, 0.4, null]);
    expect(adjusted('bonferroni')).toEqual([0.04, 0.8, null]);
    expect(adjusted('none')).toEqual([0.02, 0.4, null]);
  });
});

describe('the verdict on the data set', () => {
  it('is drift past the share of columns', () => {
    const columns = [column(1e-9, 0.2), column(0.5, 0, 1), column(0.5, 0, 2), column(0.5, 0, 3)];
    expect(decideColumns(columns).dataset).toEqual({
      verdict: 'drift',
      share: 0.25,
      drifted: 1,
      columns: 4,
      method: 'benjamini-hochberg',
    });
    expect(decideColumns(columns, { share: 0.25 }).dataset.verdict).toBe('no-drift');
  });

  it('is insufficient without a measured column', () => {
    expect(decideColumns([column(null, null)]).dataset).toMatchObject({
      verdict: 'insufficient',
      share: null,
      columns: 0,
    });
  });

  it('does not depend on the order of the columns', () => {
    const p = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(fc.array(p, { maxLength: 20 }), (pValues) => {
        const columns = pValues.map((value, i) => column(value, value === null ? null : 0.2, i));
        const reversed = decideColumns([...columns].reverse());
        expect(reversed.dataset).toEqual(decideColumns(columns).dataset);
      }),
      { seed: 1 },
    );
  });
});
