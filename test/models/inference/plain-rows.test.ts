import { expect, test } from 'vitest';
import {
  formatEventTime,
  type ModelSignature,
  parseEventTimeMs,
} from '../../../contracts/index.js';
import { PlainRows } from '../../../models/inference/plain-rows.js';
import { checkRows } from '../../../models/inference/validate-rows.js';
import { isWrittenTime } from '../../../models/inference/written-time.js';
import { fc } from '../../support/property.js';

const signature: ModelSignature = {
  task: 'regression',
  inputs: [
    { name: 'temperature', kind: 'number', nullable: false, tensor: 'numeric', index: 0 },
    { name: 'rooms', kind: 'integer', nullable: true, tensor: 'numeric', index: 1 },
    { name: 'holiday', kind: 'boolean', nullable: true, tensor: 'numeric', index: 2 },
    { name: 'toString', kind: 'string', nullable: true, tensor: 'categorical', index: 0 },
  ],
  context: [
    { name: 'hour', role: 'time', kind: 'timestamp' },
    { name: 'station', role: 'key', kind: 'string' },
  ],
  output: { name: 'rentals', kind: 'number' },
};
const good = { temperature: 9.84, rooms: 3, holiday: false, toString: 'mist' };
const plain = new PlainRows(signature);

test('a row in which all is as it should be is read as it is, with what is missing as null', () => {
  const beside = { hour: '2011-07-01T05:00:00Z', station: 'A7' };
  expect(plain.read({ ...good, ...beside })).toEqual({ inputs: good, context: beside });
  expect(plain.read({ temperature: 1, toString: '' })).toEqual({
    inputs: { temperature: 1, rooms: null, holiday: null, toString: null },
    context: {},
  });
});

test.each([
  ['an input that is missing', { rooms: 3 }],
  ['an input of another kind', { ...good, temperature: '9.84' }],
  ['a boolean in numbers', { ...good, holiday: 1 }],
  ['a number beyond float32', { ...good, temperature: 1e300 }],
  ['a number that is none', { ...good, temperature: Number.NaN }],
  ['a field that is nobody’s', { ...good, weather: 'mist' }],
  ['a time that is to be written anew', { ...good, hour: '2011-07-01' }],
  ['a context column that is null', { ...good, station: null }],
  ['a context column that is a list', { ...good, station: ['A7'] }],
])('%s is for the full check', (_, row) => {
  expect(plain.read(row)).toBeNull();
});

test('what is plain is what the full check says', () => {
  const row = fc.record(
    {
      temperature: fc.oneof(fc.double(), fc.constant(null), fc.string()),
      rooms: fc.oneof(fc.integer(), fc.double(), fc.constant(null)),
      holiday: fc.oneof(fc.boolean(), fc.constantFrom(0, 1, null)),
      toString: fc.oneof(fc.string(), fc.constant(null)),
      station: fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
    },
    { noNullPrototype: true },
  );
  const minutes = fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(row, minutes, (fields, date) => {
      const hour = `${date.toISOString().slice(0, 19)}Z`;
      // With milliseconds a time is not plain, and the same.
      const full = checkRows(signature, [{ ...fields, hour: hour.replace('Z', '.000Z') }]);
      const read = plain.read({ ...fields, hour });
      if (read === null) return;
      expect(full).toEqual({ ok: true, rows: [read.inputs], context: [read.context] });
    }),
  );
});

test('a written time is a time, and is written the same', () => {
  const digits = (most: number) => fc.integer({ min: 0, max: most }).map(String);
  const two = (most: number) => digits(most).map((text) => text.padStart(2, '0'));
  const parts = fc.tuple(digits(9999), two(13), two(32), two(25), two(61), two(61));
  fc.assert(
    fc.property(parts, ([year, month, day, hour, minute, second]) => {
      const text = `${year.padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}Z`;
      if (!isWrittenTime(text)) return;
      expect(formatEventTime(parseEventTimeMs(text) ?? Number.NaN)).toBe(text);
    }),
    { numRuns: 500 },
  );
});
