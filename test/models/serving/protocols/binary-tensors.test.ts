import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  CLASSIFIED,
  get,
  oneRow,
  post,
  servingLinear,
  sharedWorld,
  untilServed,
} from '../serving-fixture.js';
import {
  type BinaryTensor,
  binaryBody,
  float32,
  float64,
  int64,
  postBinary,
  texts,
} from './binary-request.js';

let infer: string;
let classify: string;

sharedWorld(async (cleanUp) => {
  const { world, gateway, url } = await servingLinear({ bodyLimitBytes: 100_000 }, cleanUp);
  infer = `${url}/v2/models/bike-demand/infer`;
  classify = `${url}/v2/models/${CLASSIFIED}/infer`;
  await world.promote(CLASSIFIED, await world.register(CLASSIFIED, 'classifier'));
  await untilServed(gateway, CLASSIFIED, 1);
});

const A: BinaryTensor = { name: 'a', shape: [2], datatype: 'FP64', bytes: float64(3, 1.5) };
const B: BinaryTensor = { name: 'b', shape: [2, 1], datatype: 'INT64', bytes: int64(4n, -1n) };

function send(tensors: readonly BinaryTensor[], extra: object = {}, url = infer) {
  const { body, length } = binaryBody(tensors, extra);
  return postBinary(url, body, {
    'content-type': 'application/octet-stream',
    'inference-header-content-length': String(length),
  });
}

test('bytes go in, JSON comes out where no bytes are asked for', async () => {
  const { status, json, bytes } = await send([A, B], { id: 'mine' });
  expect([status, json.id, bytes.length]).toEqual([200, 'mine', 0]);
  expect(json.outputs).toEqual([{ name: 'rentals', shape: [2], datatype: 'FP32', data: [10, 2] }]);
});

test('bytes come out for all outputs, or for those that ask', async () => {
  const all = await send([A, B], { parameters: { binary_data_output: true } });
  expect(all.json.outputs).toEqual([
    { name: 'rentals', shape: [2], datatype: 'FP32', parameters: { binary_data_size: 8 } },
  ]);
  expect(all.bytes).toEqual(float32(10, 2));
  const row: BinaryTensor = { name: 'a', shape: [1], datatype: 'FP32', bytes: float32(20) };
  const one = await send(
    [row],
    {
      outputs: [{ name: 'probabilities' }, { name: 'demand', parameters: { binary_data: true } }],
    },
    classify,
  );
  expect(one.json.outputs).toMatchObject([
    { name: 'probabilities', shape: [1, 2], parameters: { classes: ['low', 'high'] } },
    { name: 'demand', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: 8 } },
  ]);
  expect(one.json.outputs[0].data[1]).toBeCloseTo(1);
  expect(one.bytes).toEqual(texts('high'));
});

test('a request that is JSON alone may ask for bytes', async () => {
  const body = Buffer.from(
    JSON.stringify(oneRow(3, 4, { parameters: { binary_data_output: true } })),
  );
  const { bytes } = await postBinary(infer, body, { 'content-type': 'application/json' });
  expect(bytes).toEqual(float32(10));
});

test('some tensors are bytes, some JSON, and the type is JSON, anything or none', async () => {
  const inputs = [
    { name: 'b', shape: [1], datatype: 'INT32', data: [4] },
    { name: 'a', shape: [1], datatype: 'FP32', parameters: { binary_data_size: 4 } },
    { name: 'hour', shape: [1], datatype: 'BYTES', parameters: { binary_data_size: 24 } },
  ];
  const json = Buffer.from(JSON.stringify({ inputs }));
  const body = Buffer.concat([json, float32(3), texts('2011-07-01T05:00:00Z')]);
  for (const type of ['application/json', 'application/octet-stream', 'application/x-anything']) {
    const headers = { 'content-type': type, 'inference-header-content-length': `${json.length}` };
    expect((await postBinary(infer, body, headers)).json.outputs[0].data).toEqual([10]);
  }
  const untyped = { 'inference-header-content-length': `${json.length}` };
  expect((await postBinary(infer, body, untyped)).json.outputs[0].data).toEqual([10]);
});

describe('every datatype, in bytes and in JSON', () => {
  const view = (size: number, write: (bytes: DataView) => void): Buffer => {
    const bytes = new DataView(new ArrayBuffer(size));
    write(bytes);
    return Buffer.from(bytes.buffer);
  };
  test.each<readonly [string, number, Buffer]>([
    ['UINT8', 200, Buffer.from([200])],
    ['UINT16', 60_000, view(2, (to) => to.setUint16(0, 60_000, true))],
    ['UINT32', 4_000_000_000, view(4, (to) => to.setUint32(0, 4_000_000_000, true))],
    ['UINT64', 5, view(8, (to) => to.setBigUint64(0, 5n, true))],
    ['INT8', -100, view(1, (to) => to.setInt8(0, -100))],
    ['INT16', -30_000, view(2, (to) => to.setInt16(0, -30_000, true))],
    ['INT32', -2_000_000, view(4, (to) => to.setInt32(0, -2_000_000, true))],
    ['INT64', -7, int64(-7n)],
    ['FP16', -1.5, Buffer.from([0x00, 0xbe])],
    ['FP16', 2 ** -24, Buffer.from([0x01, 0x00])],
    ['BF16', 3, Buffer.from([0x40, 0x40])],
    ['FP32', 0.5, float32(0.5)],
    ['FP64', 0.25, float64(0.25)],
  ])('%s %d', async (datatype, value, bytes) => {
    const b = { name: 'b', shape: [1], datatype: 'INT64', bytes: int64(0n) };
    const binary = await send([{ name: 'a', shape: [1], datatype, bytes }, b]);
    const json = await post(infer, {
      inputs: [
        { name: 'a', shape: [1], datatype, data: [value] },
        { name: 'b', shape: [1], datatype: 'INT64', data: [0] },
      ],
    });
    const expected = Math.fround(2 * value);
    expect(binary.json.outputs[0].data).toEqual([expected]);
    expect(json.body.outputs[0].data).toEqual([expected]);
  });

  test('a NaN in bytes is a missing value', async () => {
    const a = { ...A, bytes: float64(Number.NaN, 1) };
    const { status, json } = await send([a, B]);
    expect([status, json.error]).toEqual([400, expect.stringMatching(/field a of row 0 is null/)]);
  });

  test('a value that its datatype cannot hold is named', async () => {
    const { body } = await post(infer, {
      inputs: [
        { name: 'a', shape: [2], datatype: 'UINT8', data: [1, 256] },
        { name: 'b', shape: [2], datatype: 'INT64', data: [0, 0] },
      ],
    });
    expect(body.error).toMatch(/field a of row 1: 256 is not an integer from 0 to 255/);
  });
});

describe('all columns in one tensor', () => {
  test('of any name where the model takes numbers alone, flat, nested or as bytes', async () => {
    const table = { name: 'input-0', shape: [2, 2], datatype: 'FP32' };
    for (const data of [
      [3, 4, 1.5, -1],
      [
        [3, 4],
        [1.5, -1],
      ],
    ]) {
      const { body } = await post(infer, { inputs: [{ ...table, data }] });
      expect(body.outputs[0].data).toEqual([10, 2]);
    }
    const { json } = await send([{ ...table, bytes: float32(3, 4, 1.5, -1) }]);
    expect(json.outputs[0].data).toEqual([10, 2]);
  });

  test('with context columns beside it', async () => {
    const { status } = await post(infer, {
      inputs: [
        { name: 'numeric', shape: [1, 2], datatype: 'FP64', data: [3, 4] },
        { name: 'hour', shape: [1], datatype: 'BYTES', data: ['2011-07-01T05:00:00Z'] },
      ],
    });
    expect(status).toBe(200);
  });

  test.each([
    [
      [1, 3],
      'FP32',
      [1, 2, 3],
      /shape \[1,3\], but the model takes \[N, 2\]; its columns are a, b/,
    ],
    [[2], 'FP32', [1, 2], /shape \[2\], but the model takes \[N, 2\]/],
    [[1, 2], 'BYTES', ['1', '2'], /datatype BYTES, but its columns hold numbers/],
    [[2, 2], 'FP32', [[1, 2, 3], [4]], /row 0 of input x is not a list of 2/],
  ])('%j %s %j is refused', async (shape, datatype, data, message) => {
    const { status, body } = await post(infer, { inputs: [{ name: 'x', shape, datatype, data }] });
    expect([status, body.error]).toEqual([400, expect.stringMatching(message)]);
  });

  test('and a column beside it is given twice', async () => {
    const { body } = await post(infer, {
      inputs: [
        { name: 'numeric', shape: [1, 2], datatype: 'FP32', data: [1, 2] },
        { name: 'a', shape: [1], datatype: 'FP32', data: [1] },
      ],
    });
    expect(body.error).toMatch(/input a is given twice/);
  });
});

describe('sizes that lie are a 400', () => {
  const whole = binaryBody([A, B]);
  test.each<readonly [string, Buffer, string, RegExp]>([
    [
      'the header beyond the body',
      whole.body,
      '99999',
      /Inference-Header-Content-Length is "99999"/,
    ],
    ['a header that is no number', whole.body, '-1', /Inference-Header-Content-Length is "-1"/],
    ['a header within the JSON', whole.body, '10', /not JSON/],
    [
      'bytes that are missing',
      whole.body.subarray(0, -1),
      `${whole.length}`,
      /15 bytes are left|7 bytes are left/,
    ],
    [
      'bytes that are too many',
      Buffer.concat([whole.body, A.bytes]),
      `${whole.length}`,
      /48 bytes follow the JSON, .* sum to 32/,
    ],
  ])('%s', async (_, body, length, message) => {
    const { status, json } = await postBinary(infer, body, {
      'inference-header-content-length': length,
    });
    expect([status, json.error]).toEqual([400, expect.stringMatching(message)]);
  });

  test.each<readonly [string, BinaryTensor, RegExp]>([
    [
      'fewer bytes than the shape says',
      { ...A, shape: [3] },
      /input a has 16 bytes where 3 of FP64 are 24/,
    ],
    [
      'a shape of a billion',
      { ...A, shape: [1_000_000_000] },
      /1000000000 rows, one may have 100000/,
    ],
    [
      'a text beyond the tensor',
      { name: 'hour', shape: [1], datatype: 'BYTES', bytes: Buffer.from([255, 255, 255, 255, 65]) },
      /element 0 ends beyond the 5 bytes/,
    ],
    [
      'texts that are not there',
      { name: 'hour', shape: [9], datatype: 'BYTES', bytes: texts('x') },
      /5 bytes where 9 texts are at least 36/,
    ],
  ])('%s', async (_, tensor, message) => {
    const { status, json } = await send([tensor]);
    expect([status, json.error]).toEqual([400, expect.stringMatching(message)]);
  });

  test('a size without the header', async () => {
    const { body } = await post(infer, {
      inputs: [{ name: 'a', shape: [1], datatype: 'FP64', parameters: { binary_data_size: 8 } }],
    });
    expect(body.error).toMatch(/binary_data_size, but the request is JSON alone/);
  });
});

describe('packed bodies', () => {
  const headers = (encoding: string) => ({
    'content-type': 'application/json',
    'content-encoding': encoding,
  });
  const plain = JSON.stringify(oneRow(3, 4));
  test.each([
    ['gzip', gzipSync(plain)],
    ['deflate', deflateSync(plain)],
    ['identity', Buffer.from(plain)],
  ])('%s is unpacked', async (encoding, body) => {
    const { status, json } = await postBinary(infer, body, headers(encoding));
    expect([status, json.outputs?.[0].data]).toEqual([200, [10]]);
  });

  test('one that unpacks to more than the limit is a 413', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    expect(bomb.length).toBeLessThan(100_000);
    const { status, json } = await postBinary(infer, bomb, headers('gzip'));
    expect([status, json.error]).toEqual([413, expect.stringMatching(/100000 bytes/)]);
  });

  test.each([
    ['gzip', Buffer.from(plain), 400, /the body is not gzip/],
    ['gzip', gzipSync(plain).subarray(0, -4), 400, /the body is not gzip/],
    ['deflate', deflateRawSync(plain), 400, /the body is not deflate/],
    ['br', Buffer.from(plain), 415, /the encoding br is not accepted/],
    ['gzip, gzip', gzipSync(plain), 415, /not accepted/],
  ])('%s that is none is refused', async (encoding, body, status, message) => {
    const answer = await postBinary(infer, body, headers(encoding));
    expect([answer.status, answer.json.error]).toEqual([status, expect.stringMatching(message)]);
  });
});

test('the repository lists what answers', async () => {
  const { origin } = new URL(infer);
  const { body } = await get(`${origin}/v2/repository/index`, { method: 'POST' });
  expect(body).toEqual(
    expect.arrayContaining([
      { name: 'bike-demand', version: '1', state: 'READY', reason: '' },
      { name: CLASSIFIED, version: '1', state: 'READY', reason: '' },
    ]),
  );
});
