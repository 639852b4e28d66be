import { describe, expect, test } from 'vitest';
import {
  canonicalJson,
  expandMatrix,
  type JsonObject,
  type MatrixValues,
} from '../../contracts/index.js';
import { fc } from '../support/property.js';

/** The rules as they are written, one comparison after the other. */
function reference({ axes, include, exclude }: MatrixValues): readonly JsonObject[] {
  const names = Object.keys(axes);
  let all: JsonObject[] = names.length === 0 ? [] : [{}];
  for (const name of names) {
    all = all.flatMap((one) => (axes[name] ?? []).map((value) => ({ ...one, [name]: value })));
  }
  const holds = (one: JsonObject, values: JsonObject) =>
    Object.entries(values).every(
      ([name, value]) =>
        Object.hasOwn(one, name) && canonicalJson(one[name]) === canonicalJson(value),
    );
  const kept = all.filter((one) => !exclude.some((values) => holds(one, values)));
  const grown: JsonObject[] = kept.map((one) => ({ ...one }));
  const alone: JsonObject[] = [];
  for (const values of include) {
    const own = Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
    const places = [...kept.keys()].filter((place) => holds(kept[place] ?? {}, own));
    if (places.length === 0) alone.push(values);
    for (const place of places) grown[place] = { ...grown[place], ...values };
  }
  return [...grown, ...alone];
}

const value = fc.constantFrom<JsonObject[string]>(
  1,
  2,
  '1',
  true,
  null,
  { k: 1 },
  { k: 2, l: [1] },
);
const entries = fc.array(
  fc.dictionary(fc.constantFrom('a', 'b', 'c', 'other'), value, { maxKeys: 3 }),
  { maxLength: 4 },
);
const matrix = fc.record({
  axes: fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.array(value, { minLength: 1, maxLength: 4 }),
    {
      maxKeys: 3,
    },
  ),
  include: entries,
  exclude: entries,
});

describe('the combinations of a matrix', () => {
  test('are those of the rules, in their order', () => {
    fc.assert(
      fc.property(matrix, (given) => {
        expect(expandMatrix(given)).toEqual(reference(given));
      }),
    );
  });

  test('tell 1 from "1", and nested values by all that they hold', () => {
    const axes = { a: [1, '1'], b: [{ k: 1, l: 2 }] };
    const left = (exclude: JsonObject) => expandMatrix({ axes, include: [], exclude: [exclude] });
    expect(left({ a: 1 })).toEqual([{ a: '1', b: { k: 1, l: 2 } }]);
    expect(left({ b: { l: 2, k: 1 } })).toEqual([]);
    expect(left({ b: { k: 1 } })).toHaveLength(2);
  });
});
