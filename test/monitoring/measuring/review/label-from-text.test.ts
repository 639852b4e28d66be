import { expect, it } from 'vitest';
import type { ModelSignature } from '../../../../contracts/index.js';
import { labelFromText } from '../../../../monitoring/measuring/review/label-from-text.js';

const output = (over: Partial<ModelSignature['output']>): ModelSignature['output'] => ({
  name: 'y',
  kind: 'number',
  ...over,
});

it.each([
  ['12.5', output({}), 12.5],
  ['-3', output({ kind: 'integer' }), -3],
  ['true', output({ kind: 'boolean' }), true],
  ['any text', output({ kind: 'string' }), 'any text'],
  ['rain', output({ kind: 'string', classes: ['sun', 'rain'] }), 'rain'],
  ['1', output({ kind: 'integer', classes: [0, 1] }), 1],
  ['false', output({ kind: 'boolean', classes: [false, true] }), false],
])('reads %s', (text, of, value) => {
  expect(labelFromText(text, of)).toBe(value);
});

it.each([
  ['many', output({}), 'a number'],
  ['', output({}), 'a number'],
  ['Infinity', output({}), 'a number'],
  ['1.5', output({ kind: 'integer' }), 'a whole number'],
  ['yes', output({ kind: 'boolean' }), 'true or false'],
  ['hail', output({ kind: 'string', classes: ['sun', 'rain'] }), 'one of sun, rain'],
])('refuses %j and says what it must be', (text, of, wanted) => {
  expect(() => labelFromText(text, of)).toThrow(
    expect.objectContaining({ type: 'InvalidInput', hint: expect.stringContaining(wanted) }),
  );
});
