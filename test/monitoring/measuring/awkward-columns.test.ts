import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../contracts/index.js';
import {
  buildColumnProfile,
  type ColumnValues,
  RowHashes,
  splitWindows,
} from '../../../monitoring/drift/index.js';
import { histogramOf } from '../../../monitoring/measuring/histograms.js';
import { columnBreaches } from '../../../monitoring/measuring/measure-quality.js';
import type { Column } from '../../../storage/tabular/table.js';
import { fc } from '../../support/property.js';

const numbers = fc.array(
  fc.oneof(fc.double(), fc.constantFrom(0, -0, 7, Number.NaN, Infinity, -Infinity)),
  { maxLength: 60 },
);
const texts = fc.array(fc.option(fc.constantFrom('a', 'b', '', 'a,b', '__proto__')), {
  maxLength: 60,
});

const column = fc.oneof(
  numbers.map(
    (values): Column => ({ name: 'x', kind: 'number', values: Float64Array.from(values) }),
  ),
  texts.map((values): Column => ({ name: 'x', kind: 'string', values })),
);

const valuesOf = ({ kind, values }: Column): ColumnValues =>
  kind === 'string' ? { kind: 'categorical', values } : { kind: 'numeric', values };

describe('a column of any kind against a reference of any kind', () => {
  it('has a histogram that counts every row, and breaches that JSON can hold', () => {
    fc.assert(
      fc.property(column, column, (reference, current) => {
        const rows = reference.values.length;
        const split = splitWindows(null, rows, 1, 1);
        const profile = buildColumnProfile('x', valuesOf(reference), split, 1);
        const values = valuesOf(current);
        const isComparable = values.kind === profile.kind;
        const histogram = histogramOf(profile, isComparable ? values : undefined);
        const counted = histogram.counts.reduce((sum, count) => sum + count, histogram.missing);
        expect(counted).toBe(isComparable ? current.values.length : 0);
        const breaches = columnBreaches(profile, current, values, { missing: 0, unseen: 0 });
        expect(() => canonicalJson({ histogram, breaches })).not.toThrow();
        for (const { observed } of breaches) expect(observed).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('rows that repeat an earlier one', () => {
  it('are as many as there are when rows are compared value by value', () => {
    const row = fc.tuple(
      fc.constantFrom(0, -0, 1, Number.NaN),
      fc.constantFrom('a', 'b', '', null),
      fc.constantFrom('a', 'b', '', null),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80 }), (rows) => {
        const hashes = new RowHashes(rows.length);
        hashes.add({ kind: 'numeric', values: Float64Array.from(rows, ([number]) => number) });
        hashes.add({ kind: 'categorical', values: rows.map(([, first]) => first) });
        hashes.add({ kind: 'categorical', values: rows.map(([, , second]) => second) });
        const distinct = new Set(rows.map(([number, ...other]) => JSON.stringify([number, other])));
        expect(hashes.repeated()).toBe(rows.length - distinct.size);
      }),
      { numRuns: 200 },
    );
  });
});
