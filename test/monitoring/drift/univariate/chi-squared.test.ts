import { describe, expect, it } from 'vitest';
import { chiSquared } from '../../../../monitoring/drift/univariate/chi-squared.js';
import { poolRareCategories } from '../../../../monitoring/drift/univariate/contingency-table.js';
import { findMeasure } from '../../../../monitoring/drift/univariate/registry.js';
import { fc } from '../../../support/property.js';

const categories = (letters: string) => ({ kind: 'categorical' as const, values: [...letters] });

describe('chi-squared on contingency tables', () => {
  it("agrees with Frouros' oracle", () => {
    const result = chiSquared([4, 2, 0], [1, 1, 4]);
    expect(result.statistic).toBeCloseTo(6.13333333, 8);
    expect(result.pValue).toBeCloseTo(0.04657615, 8);
  });

  it('pools rare categories until every expected count is at least five', () => {
    expect(poolRareCategories([90, 8, 2], [95, 4, 1])).toEqual({
      reference: [90, 10],
      current: [95, 5],
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { minLength: 1, maxLength: 20 }),
        (rows) => {
          const [a, b] = [rows.map((row) => row[0]), rows.map((row) => row[1])];
          const sum = (side: readonly number[]) => side.reduce((x, y) => x + y, 0);
          fc.pre(sum(a) > 0 && sum(b) > 0);
          const pooled = poolRareCategories(a, b);
          expect([sum(pooled.reference), sum(pooled.current)]).toEqual([sum(a), sum(b)]);
          const smaller = Math.min(sum(a), sum(b));
          if (pooled.reference.length === 1) return;
          pooled.reference.forEach((count, i) => {
            const column = count + (pooled.current[i] ?? 0);
            expect((column * smaller) / (sum(a) + sum(b))).toBeGreaterThanOrEqual(5 - 1e-9);
          });
        },
      ),
    );
  });

  it('does not call one never-seen row significant', () => {
    const reference = categories('ab'.repeat(500));
    const current = categories(`${'ab'.repeat(500)}z`);
    const { pValue } = findMeasure('chi-squared').compare(reference, current);
    expect(pValue).toBeGreaterThan(0.5);
  });

  it('has a defined result for constants, single values and nothing at all', () => {
    const measure = findMeasure('chi-squared');
    expect(measure.compare(categories('aaa'), categories('a'))).toMatchObject({
      statistic: 0,
      pValue: 1,
    });
    expect(measure.compare({ kind: 'categorical', values: [null, null] }, categories('a'))).toEqual(
      { statistic: null, pValue: null, effect: null },
    );
  });
});
