import { expect, test } from 'vitest';
import { BinaryBody } from '../../../../models/serving/protocols/binary-body.js';
import { jsonForm, readInferRequest } from '../../../../models/serving/protocols/infer-request.js';
import { plainKeys, plainRequest } from '../../../../models/serving/protocols/plain-request.js';
import { routeKey } from '../../../../models/serving/routing/route-key.js';
import { fc } from '../../../support/property.js';

const A = { name: 'a', shape: [1], datatype: 'FP64', data: [1] };

test('tensors with their values in JSON, and perhaps an id, are plain', () => {
  expect(plainRequest({ inputs: [A] })).toEqual({ id: undefined, inputs: [A] });
  expect(plainRequest({ id: 'x', inputs: [A, A] })).toEqual({ id: 'x', inputs: [A, A] });
});

test.each([
  ['no body', null],
  ['a list', [A]],
  ['no inputs', { inputs: [] }],
  ['inputs that are no list', { inputs: { a: [1] } }],
  ['outputs', { inputs: [A], outputs: [{ name: 'rentals' }] }],
  ['parameters', { inputs: [A], parameters: {} }],
  ['an endless id', { id: 'x'.repeat(257), inputs: [A] }],
  ['an id that is a number', { id: 1, inputs: [A] }],
  ['a tensor with parameters', { inputs: [{ ...A, parameters: { binary_data_size: 8 } }] }],
  ['a tensor without data', { inputs: [{ name: 'a', shape: [1], datatype: 'FP64', more: 1 }] }],
  ['a size that is not whole', { inputs: [{ ...A, shape: [1.5] }] }],
  ['a negative size', { inputs: [{ ...A, shape: [-1] }] }],
])('%s is for the schema to judge', (_, body) => {
  expect(plainRequest(body)).toBeNull();
});

test('the keys of a plain request are known without looking at each', () => {
  expect(plainKeys({ inputs: [A, A] })).toBe(9);
  expect(plainKeys({ id: 'x', inputs: [A] })).toBe(6);
  expect(plainKeys({ inputs: [{ ...A, data: [{ key: 1 }] }] })).toBeNull();
  expect(plainKeys({ inputs: [{ ...A, more: 1 }] })).toBeNull();
});

test('what is plain is read as the schema reads it', () => {
  const name = fc.string({ maxLength: 5 });
  const tensors = fc.array(
    fc.record({ name, data: fc.array(fc.double({ noNaN: true }), { maxLength: 4 }) }),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(tensors, fc.option(name, { nil: undefined }), (columns, id) => {
      const inputs = columns.map(({ name, data }) => {
        return { name, shape: [data.length], datatype: 'FP64', data };
      });
      const plain = { ...(id !== undefined && { id }), inputs };
      // Parameters that nobody knows change nothing, but are not plain.
      const same = { ...plain, parameters: { priority: 1 } };
      expect(readInferRequest(plain)).toEqual(readInferRequest(same));
    }),
  );
});

test('a column that comes as bytes keeps a request on its arm as one in JSON does', () => {
  const text = Buffer.from('member-7');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const head = { name: 'member', shape: [1], datatype: 'BYTES' };
  const json = { inputs: [{ ...head, parameters: { binary_data_size: 4 + text.length } }] };
  const inBytes = readInferRequest(new BinaryBody(json, Buffer.concat([length, text])));
  const inJson = readInferRequest({ inputs: [{ ...head, data: ['member-7'] }] });
  const keyOf = (request: typeof inJson) =>
    routeKey({ stickyBy: 'member' }, {}, jsonForm(null, request));
  expect([keyOf(inBytes), keyOf(inJson)]).toEqual(['member-7', 'member-7']);
});
