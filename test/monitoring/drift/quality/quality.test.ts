import { describe, expect, it } from 'vitest';
import {
  checkFreshness,
  checkQuality,
  checkVolume,
  datasetFacts,
  type TypedColumn,
} from '../../../../monitoring/drift/quality/index.js';

const numbers = (name: string, values: readonly number[], kind: 'number' | 'integer' = 'number') =>
  ({ name, kind, values: Float64Array.from(values) }) satisfies TypedColumn;
const texts = (name: string, values: readonly (string | null)[]) =>
  ({ name, kind: 'string', values }) satisfies TypedColumn;
const range = (rows: number, of: (row: number) => number) =>
  Array.from({ length: rows }, (_, i) => of(i));

const reference = datasetFacts([
  numbers(
    'age',
    range(100, (row) => 20 + (row % 50)),
  ),
  texts(
    'city',
    Array.from({ length: 100 }, (_, row) => (row % 2 === 0 ? 'north' : 'south')),
  ),
  numbers(
    'id',
    range(100, (row) => row),
    'integer',
  ),
]);

const check = (...columns: TypedColumn[]) =>
  checkQuality(reference, datasetFacts(columns), columns).map(({ check: what, column }) => [
    what,
    column,
  ]);

const good = {
  age: numbers(
    'age',
    range(50, (row) => 25 + (row % 50)),
  ),
  city: texts(
    'city',
    Array.from({ length: 50 }, () => 'south'),
  ),
  id: numbers(
    'id',
    range(50, (row) => 100 + row),
    'integer',
  ),
};

describe('data quality', () => {
  it('finds nothing in data that is as it was', () => {
    expect(check(good.age, good.city, good.id)).toEqual([]);
  });

  it('names columns that went, came or changed their type', () => {
    expect(check(good.age, good.city)).toEqual([['missing-column', 'id']]);
    expect(check(good.age, good.city, good.id, texts('new', Array(50).fill('x')))).toEqual([
      ['new-column', 'new'],
    ]);
    expect(check(texts('age', Array(50).fill('n/a')), good.city, good.id)).toEqual([
      ['type-change', 'age'],
    ]);
    const fractions = numbers(
      'id',
      range(50, (row) => row + 0.5),
    );
    expect(check(good.age, good.city, fractions)).toEqual([]);
  });

  it('names missing values, sentinels, unseen codes and repeated rows', () => {
    const holes = numbers(
      'age',
      range(50, (row) => (row < 20 ? Number.NaN : 30)),
    );
    expect(check(holes, good.city, good.id)).toEqual([['missing-values', 'age']]);
    const sentinel = numbers(
      'age',
      range(50, (row) => (row < 5 ? -999 : 30)),
    );
    expect(check(sentinel, good.city, good.id)).toEqual([['out-of-range', 'age']]);
    const infinite = numbers(
      'age',
      range(50, (row) => (row < 5 ? Number.POSITIVE_INFINITY : 30)),
    );
    expect(check(infinite, good.city, good.id)).toEqual([['out-of-range', 'age']]);
    const codes = texts('city', Array(50).fill('N'));
    expect(check(good.age, codes, good.id)).toEqual([['unseen-values', 'city']]);
    const same = numbers(
      'id',
      range(50, () => 1),
      'integer',
    );
    const repeated = numbers(
      'age',
      range(50, (row) => 20 + (row % 10)),
    );
    expect(check(repeated, good.city, same)).toEqual([['duplicates', null]]);
  });

  it('says it in a sentence with the numbers', () => {
    const holes = numbers(
      'age',
      range(50, (row) => (row < 20 ? Number.NaN : 30)),
    );
    const columns = [holes, good.city, good.id];
    expect(checkQuality(reference, datasetFacts(columns), columns)[0]).toMatchObject({
      observed: 0.4,
      limit: 0.1,
      text: 'age: 40 % of the values are missing, at most 10 % were expected',
    });
  });

  it('is defined for no rows, no columns and nothing but missing values', () => {
    expect(check()).toEqual([
      ['missing-column', 'age'],
      ['missing-column', 'city'],
      ['missing-column', 'id'],
    ]);
    const empty = { age: numbers('age', []), city: texts('city', []), id: numbers('id', []) };
    expect(check(empty.age, empty.city, empty.id)).toEqual([]);
    const nothing = texts('age', Array(50).fill(null));
    expect(check(nothing, good.city, good.id)).toEqual([['missing-values', 'age']]);
    expect(() => datasetFacts([good.age, numbers('b', [1])])).toThrow('b has 1 rows, not 50');
  });
});

describe('volume', () => {
  const usual = [100, 104, 98, 101, 97, 103, 99, 102];

  it('is unusual past three standard deviations, never narrower than chance', () => {
    expect(checkVolume(75, usual)).toBeNull();
    expect(checkVolume(12, usual)?.text).toBe('12 rows, usual are 71 to 130');
    expect(checkVolume(0, usual)).toMatchObject({ check: 'volume', observed: 0, limit: 71 });
    expect(checkVolume(500, usual)).toMatchObject({ limit: 130 });
  });

  it('is not judged with few windows', () => {
    expect(checkVolume(0, usual.slice(1))).toBeNull();
  });
});

describe('freshness', () => {
  it('is the age of the newest row', () => {
    const times = Float64Array.of(0, Number.NaN, 30_000);
    expect(checkFreshness(times, 90_000, 60_000)).toBeNull();
    expect(checkFreshness(times, 90_001, 60_000)).toMatchObject({
      observed: 60_001,
      limit: 60_000,
    });
    expect(checkFreshness(new Float64Array(), 0, 1)?.text).toBe('no row has a time');
    expect(() => checkFreshness(times, 0, 0)).toThrow('must be > 0');
  });
});
