import { describe, expect, it } from 'vitest';
import type { ModelSignature } from '../../../contracts/index.js';
import { checkRows } from '../../../models/inference/validate-rows.js';

const signature: ModelSignature = {
  task: 'regression',
  inputs: [
    { name: 'temperature', kind: 'number', nullable: false, tensor: 'numeric', index: 0 },
    { name: 'hour_of_day', kind: 'integer', nullable: false, tensor: 'numeric', index: 1 },
    { name: 'holiday', kind: 'boolean', nullable: true, tensor: 'numeric', index: 2 },
    { name: 'weather', kind: 'string', nullable: true, tensor: 'categorical', index: 0 },
  ],
  context: [
    { name: 'hour', role: 'time', kind: 'timestamp' },
    { name: 'station', role: 'key', kind: 'string' },
  ],
  output: { name: 'rentals', kind: 'number' },
};

const good = { temperature: 9.84, hour_of_day: 3, holiday: false, weather: 'mist' };

function problemsOf(...rows: readonly unknown[]): readonly string[] {
  const check = checkRows(signature, rows);
  return check.ok ? [] : check.problems;
}

describe('checkRows', () => {
  it('gives rows in the signature’s form and the context apart', () => {
    const check = checkRows(signature, [
      { ...good, hour: '2011-07-01 05:00', station: 'A7' },
      { temperature: 1, hour_of_day: 4, holiday: 1, hour: 1309496400000 },
    ]);
    expect(check).toEqual({
      ok: true,
      rows: [good, { temperature: 1, hour_of_day: 4, holiday: true, weather: null }],
      context: [{ hour: '2011-07-01T05:00:00Z', station: 'A7' }, { hour: '2011-07-01T05:00:00Z' }],
    });
  });

  it.each([
    ['2011-07-01T05:00:00Z', '2011-07-01T05:00:00Z'],
    ['2011-07-01T05:00:00.000Z', '2011-07-01T05:00:00Z'],
    ['2011-07-01T24:00:00Z', '2011-07-02T00:00:00Z'],
    ['2011-07-01T05:00:00+02:00', '2011-07-01T03:00:00Z'],
    ['2011-07-01', '2011-07-01T00:00:00Z'],
  ])('writes the time %s as %s', (hour, written) => {
    const check = checkRows(signature, [{ ...good, hour }]);
    expect(check.ok && check.context[0]).toEqual({ hour: written });
  });

  it('treats empty text of a nullable input as missing', () => {
    const check = checkRows(signature, [{ ...good, weather: '' }]);
    expect(check.ok && check.rows[0]?.['weather']).toBeNull();
  });

  it.each([
    [{ ...good, temperature: 'warm' }, 'field temperature of row 0: "warm" is not a number'],
    [{ ...good, temperature: '9.8' }, 'field temperature of row 0: "9.8" is not a number'],
    [
      { ...good, temperature: Number.NaN },
      'field temperature of row 0: NaN is not a finite number',
    ],
    [
      { ...good, temperature: Number.POSITIVE_INFINITY },
      'field temperature of row 0: Infinity is not a finite number',
    ],
    [
      { ...good, temperature: 1e300 },
      'field temperature of row 0: 1e+300 is out of range: the model works in float32, up to ±3.4e38',
    ],
    [
      { ...good, temperature: null },
      'field temperature of row 0 is null; the model needs a number',
    ],
    [{ hour_of_day: 3 }, 'field temperature of row 0 is missing; the model needs a number'],
    [{ ...good, hour_of_day: 3.5 }, 'field hour_of_day of row 0: 3.5 is not an integer'],
    [
      { ...good, hour_of_day: 2 ** 60 },
      'field hour_of_day of row 0: 1152921504606847000 is out of range: integers go up to ±9007199254740991',
    ],
    [{ ...good, holiday: 'no' }, 'field holiday of row 0: "no" is not true or false'],
    [{ ...good, weather: 4 }, 'field weather of row 0: 4 is not text'],
    [
      { ...good, hour: '2011-02-31' },
      'field hour of row 0: "2011-02-31" is not a time such as 2011-07-01T05:00:00Z or milliseconds since the epoch',
    ],
    [
      { ...good, station: ['A7'] },
      'field station of row 0: ["A7"] is not a number, text, true or false',
    ],
    [
      { ...good, temprature: 1 },
      'field temprature of row 0 is not known to the model; did you mean temperature?',
    ],
    [
      { ...good, postcode: 1 },
      'field postcode of row 0 is not known to the model; it takes temperature, hour_of_day, holiday, weather, hour, station',
    ],
    [
      { ...good, rentals: 12 },
      'field rentals of row 0 is what the model predicts; leave it out and send it later as a label',
    ],
    [[1, 2], 'row 0: [1,2] is not an object of field names and values'],
    [null, 'row 0: null is not an object of field names and values'],
  ])('names the field and the row: %j', (row, problem) => {
    expect(problemsOf(row)).toEqual([problem]);
  });

  it('finds the problems of every row, and counts rows from 0', () => {
    expect(problemsOf(good, { ...good, temperature: 'x', weather: 1 }, null)).toEqual([
      'field temperature of row 1: "x" is not a number',
      'field weather of row 1: 1 is not text',
      'row 2: null is not an object of field names and values',
    ]);
  });

  it('lists twenty problems and counts the rest', () => {
    const problems = problemsOf(...Array.from({ length: 30 }, () => null));
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe('and 10 more problems');
  });

  it('is not fooled by names of Object.prototype', () => {
    expect(problemsOf(JSON.parse('{"__proto__": {"temperature": 1}, "hour_of_day": 1}'))).toEqual([
      expect.stringContaining('field __proto__ of row 0 is not known'),
      'field temperature of row 0 is missing; the model needs a number',
    ]);
    expect(problemsOf({ ...good, constructor: 1 })).toEqual([
      expect.stringContaining('field constructor of row 0 is not known'),
    ]);
  });
});
