import { expect, test } from 'vitest';
import type { ModelSignature } from '../../../../contracts/index.js';
import { jsonForm } from '../../../../models/serving/protocols/infer-request.js';
import { routeKey } from '../../../../models/serving/routing/route-key.js';

const number = (name: string, index: number) =>
  ({ name, kind: 'number', nullable: false, tensor: 'numeric', index }) as const;
const text = (name: string, index: number) =>
  ({ name, kind: 'string', nullable: true, tensor: 'categorical', index }) as const;
const MIXED: ModelSignature = {
  task: 'regression',
  inputs: [number('age', 0), text('city', 0), number('customer', 1), text('segment', 1)],
  context: [{ name: 'hour', role: 'time', kind: 'timestamp' }],
  output: { name: 'price', kind: 'number' },
};
const NUMBERS: ModelSignature = { ...MIXED, inputs: [number('age', 0), number('customer', 1)] };

const keyOf = (
  signature: ModelSignature | null,
  stickyBy: string,
  ...tensors: { name: string; values: readonly unknown[] }[]
) => {
  const described = tensors.map((tensor) => ({ ...tensor, shape: [], datatype: 'FP64' as const }));
  return routeKey({ stickyBy }, {}, jsonForm(signature, { tensors: described }));
};

test('a column keeps its arm as a tensor of its own and as a column of a table', () => {
  const hour = { name: 'hour', values: ['2024-01-01T00:00:00Z'] };
  const numeric = { name: 'numeric', values: [31, 4711, 44, 815] };
  const categorical = { name: 'categorical', values: ['ulm', 'b', 'bonn', 'c'] };
  expect(keyOf(MIXED, 'customer', numeric, categorical, hour)).toBe('4711');
  expect(keyOf(MIXED, 'segment', numeric, categorical, hour)).toBe('b');
  expect(keyOf(MIXED, 'hour', numeric, categorical, hour)).toBe('2024-01-01T00:00:00Z');
  // Where there are numbers alone, a table may have any name.
  expect(keyOf(NUMBERS, 'customer', { name: 'x', values: [31, 4711] })).toBe('4711');
  expect(keyOf(NUMBERS, 'customer', { name: 'customer', values: [4711, 815] })).toBe('4711');
});

test('what is not there decides nothing', () => {
  expect(keyOf(MIXED, 'customer', { name: 'x', values: [31, 4711] })).toBeNull();
  expect(keyOf(MIXED, 'customer', { name: 'numeric', values: [31, null] })).toBeNull();
  expect(keyOf(MIXED, 'customer', { name: 'numeric', values: [] })).toBeNull();
  expect(keyOf(null, 'customer', { name: 'numeric', values: [31, 4711] })).toBeNull();
  expect(keyOf(null, 'customer', { name: 'customer', values: [4711] })).toBe('4711');
});
