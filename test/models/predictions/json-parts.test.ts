import { expect, test } from 'vitest';
import { jsonList, jsonOf, quoted } from '../../../models/predictions/json-parts.js';
import { fc } from '../../support/property.js';

test.each([
  ['"', '"\\""'],
  ['a\\b', '"a\\\\b"'],
  ['\n', '"\\n"'],
  ['\u0000', '"\\u0000"'],
  ['\ud800', '"\\ud800"'],
  ['\u2028\u007f é 🙂', '"\u2028\u007f é 🙂"'],
])('%j is quoted as %s', (text, json) => {
  expect(quoted(text)).toBe(json);
});

test('any text is quoted as JSON.stringify quotes it', () => {
  const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 });
  fc.assert(
    fc.property(units, (codes) => {
      const text = String.fromCharCode(...codes);
      expect(quoted(text)).toBe(JSON.stringify(text));
    }),
  );
});

test('any values are written as JSON.stringify writes them', () => {
  const value = fc.oneof(fc.double(), fc.integer(), fc.string(), fc.boolean(), fc.constant(null));
  fc.assert(
    fc.property(fc.array(value), (values) => {
      expect(jsonList(values)).toBe(JSON.stringify(values));
      expect(values.map(jsonOf)).toEqual(values.map((one) => JSON.stringify(one)));
    }),
  );
});
