import { expect, it } from 'vitest';
import { imputedValue } from '../../../activities/repairs/imputed-value.js';
import type { ColumnProfile } from '../../../monitoring/drift/baseline/index.js';

const base = { name: 'x', rows: 4, missingShare: 0, calibrations: [] };

function numbers(values: readonly number[]): ColumnProfile {
  const moments = { infinite: 0, min: null, max: null, mean: null, standardDeviation: null };
  const sample = { exact: true, values };
  return { ...base, ...moments, kind: 'numeric', skewness: null, bins: null, sample };
}

function categories(...values: readonly string[]): ColumnProfile {
  const counted = values.map((value, index) => ({ value, rows: 10 - index }));
  const rest = { otherRows: 0, distinct: values.length, newValueShare: 0 };
  return { ...base, ...rest, kind: 'categorical', categories: counted };
}

it.each([
  ['the middle of an odd number', 'number', numbers([1, 2, 90]), 2],
  ['between the two in the middle', 'number', numbers([1, 2, 4, 90]), 3],
  ['a number that need not be whole', 'integer', numbers([1, 2]), 1.5],
  ['nothing of an empty column', 'number', numbers([]), null],
  ['nothing infinite', 'number', numbers([1, Number.POSITIVE_INFINITY]), null],
  ['the most frequent category', 'string', categories('rain', 'sun'), 'rain'],
  ['the most frequent truth', 'boolean', categories('false', 'true'), false],
  ['a truth that was counted as a number', 'boolean', numbers([0, 1, 1]), true],
  ['a number that was counted as a category', 'integer', categories('3', '4'), 3],
  ['nothing of another kind', 'number', categories('rain'), null],
] as const)('%s', (_, kind, column, value) => {
  expect(imputedValue(kind, column)).toBe(value);
});
