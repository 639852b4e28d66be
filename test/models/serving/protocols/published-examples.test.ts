import { describe, expect, test } from 'vitest';
import type { ModelSignature } from '../../../../contracts/index.js';
import {
  CLASSIFIED,
  createWorld,
  get,
  post,
  sharedWorld,
  untilServed,
} from '../serving-fixture.js';

/**
 * The examples that the Open Inference Protocol and its binary tensor extension publish, on a model
 * with the tensors that they name. Their model takes tensors of unlike lengths; ours takes rows, so
 * the shapes are of three rows.
 *
 * @see https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
 */
const MYMODEL: ModelSignature = {
  task: 'regression',
  inputs: [
    { name: 'input0', kind: 'integer', nullable: false, tensor: 'numeric', index: 0 },
    { name: 'input1', kind: 'boolean', nullable: false, tensor: 'numeric', index: 1 },
  ],
  context: [],
  output: { name: 'output0', kind: 'number' },
};

const INPUT0 = { name: 'input0', shape: [3], datatype: 'UINT32' } as const;
const INPUT1 = { name: 'input1', shape: [3], datatype: 'BOOL' } as const;
/** 2 · input0 + input1 */
const ANSWERS = [3, 4, 7];

let url: string;
sharedWorld(async (cleanUp) => {
  const world = await createWorld(cleanUp);
  await world.promote('mymodel', await world.register('mymodel', 'linear', MYMODEL));
  await world.promote(CLASSIFIED, await world.register(CLASSIFIED, 'classifier'));
  const gateway = await world.gateway();
  url = gateway.address;
  await untilServed(gateway, CLASSIFIED, 1);
  while ((await get(`${url}/v2/health/ready`)).status !== 200);
});

describe('health and metadata', () => {
  test.each<readonly [string, object]>([
    ['v2/health/live', { live: true }],
    ['v2/health/ready', { ready: true, registry: 'reachable' }],
    ['v2/models/mymodel/ready', { name: 'mymodel', ready: true }],
    ['v2/models/mymodel/versions/1/ready', { name: 'mymodel', ready: true }],
    [
      'v2',
      {
        name: expect.any(String),
        version: expect.any(String),
        extensions: expect.arrayContaining(['binary_tensor_data']),
      },
    ],
    [
      'v2/models/mymodel',
      {
        name: 'mymodel',
        versions: ['1'],
        platform: expect.any(String),
        inputs: [
          expect.objectContaining({ name: 'input0', datatype: 'INT64', shape: [-1] }),
          expect.objectContaining({ name: 'input1', datatype: 'BOOL', shape: [-1] }),
        ],
        outputs: [{ name: 'output0', datatype: 'FP32', shape: [-1] }],
      },
    ],
  ])('GET %s', async (path, expected) => {
    const { status, body } = await get(`${url}/${path}`);
    expect([status, body]).toEqual([200, expected]);
  });

  test.each(['v2/models/nobody', 'v2/models/mymodel/versions/9', 'v2/models/nobody/ready'])(
    'GET %s fails with an error object',
    async (path) => {
      const { status, body } = await get(`${url}/${path}`);
      expect([status, body]).toEqual([404, { error: expect.any(String) }]);
    },
  );
});

describe('the example of an inference request', () => {
  const infer = (body: unknown, path = 'v2/models/mymodel/infer') => post(`${url}/${path}`, body);
  const request = {
    id: '42',
    inputs: [
      { ...INPUT0, data: [1, 2, 3] },
      { ...INPUT1, data: [true, false, true] },
    ],
    outputs: [{ name: 'output0' }],
  };
  const outputs = [{ name: 'output0', shape: [3], datatype: 'FP32', data: ANSWERS }];

  test.each(['v2/models/mymodel/infer', 'v2/models/mymodel/versions/1/infer'])(
    'POST %s gives the output that was asked for, under the id that was given',
    async (path) => {
      const { status, body } = await infer(request, path);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        model_name: 'mymodel',
        model_version: '1',
        id: '42',
        outputs,
      });
      expect(body.outputs).toHaveLength(1);
    },
  );

  test('without outputs gives all of them', async () => {
    const { outputs: _, ...all } = request;
    expect((await infer(all)).body.outputs).toEqual(outputs);
  });

  test('as it stands, with one value for a shape of three, is refused with an error object', async () => {
    const { status, body } = await infer({
      id: '42',
      inputs: [
        { name: 'input0', shape: [2, 2], datatype: 'UINT32', data: [1, 2, 3, 4] },
        { name: 'input1', shape: [3], datatype: 'BOOL', data: [true] },
      ],
      outputs: [{ name: 'output0' }],
    });
    expect([status, body]).toMatchObject([400, { error: expect.any(String) }]);
  });

  test.each<readonly [string, object]>([
    ['an output that there is not', { ...request, outputs: [{ name: 'output1' }] }],
    [
      'an input that there is not',
      { ...request, inputs: [{ ...INPUT0, name: 'x', data: [1, 2, 3] }] },
    ],
    ['no input', { id: '42', inputs: [] }],
    ['a datatype that there is not', { inputs: [{ ...INPUT0, datatype: 'FP8', data: [1, 2, 3] }] }],
  ])('with %s is refused with an error object', async (_, body) => {
    const { status, body: said } = await infer(body);
    expect([status, said]).toMatchObject([400, { error: expect.any(String) }]);
  });

  test.each<readonly [string, unknown]>([
    ['flat', [1, 1, 2, 0]],
    [
      'nested',
      [
        [1, 1],
        [2, 0],
      ],
    ],
  ])('takes a tensor of FP32 whose data is %s, row after row', async (_, data) => {
    const { body } = await infer({
      inputs: [{ name: 'input-0', shape: [2, 2], datatype: 'FP32', data }],
    });
    expect(body.outputs).toEqual([{ name: 'output0', shape: [2], datatype: 'FP32', data: [3, 4] }]);
  });
});

describe('the example of the binary tensor extension', () => {
  const bytes = Buffer.concat([
    Buffer.from(Uint32Array.of(1, 2, 3).buffer),
    Buffer.from([1, 0, 1]),
  ]);
  const inputs = [
    { ...INPUT0, parameters: { binary_data_size: 12 } },
    { ...INPUT1, parameters: { binary_data_size: 3 } },
  ];

  async function send(header: object, body: Buffer, model = 'mymodel') {
    const json = Buffer.from(JSON.stringify(header));
    const response = await fetch(`${url}/v2/models/${model}/infer`, {
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(json.length),
      },
      body: new Uint8Array(Buffer.concat([json, body])),
    });
    const all = Buffer.from(await response.arrayBuffer());
    const length = response.headers.get('inference-header-content-length');
    const at = length === null ? all.length : Number(length);
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      size: Number(response.headers.get('content-length')) - at,
      header: JSON.parse(all.subarray(0, at).toString()),
      body: all.subarray(at),
    };
  }

  test.each<readonly [string, object]>([
    ['asked of the output', { outputs: [{ name: 'output0', parameters: { binary_data: true } }] }],
    ['asked of all outputs', { parameters: { binary_data_output: true } }],
  ])('gives bytes where that is %s', async (_, asked) => {
    const { status, type, header, body, size } = await send(
      { model_name: 'mymodel', inputs, ...asked },
      bytes,
    );
    expect([status, type, size]).toEqual([200, 'application/octet-stream', 12]);
    expect(header.outputs).toEqual([
      { name: 'output0', shape: [3], datatype: 'FP32', parameters: { binary_data_size: 12 } },
    ]);
    expect([0, 4, 8].map((at) => body.readFloatLE(at))).toEqual(ANSWERS);
  });

  test('an output’s own wish goes before that of all', async () => {
    const { header, body } = await send(
      {
        inputs,
        parameters: { binary_data_output: true },
        outputs: [{ name: 'output0', parameters: { binary_data: false } }],
      },
      bytes,
    );
    expect([header.outputs[0].data, body.length]).toEqual([ANSWERS, 0]);
  });

  test('an element of BYTES has its length before it', async () => {
    const { header, body } = await send(
      {
        inputs: [{ name: 'a', shape: [2], datatype: 'FP32', parameters: { binary_data_size: 8 } }],
        outputs: [{ name: 'demand', parameters: { binary_data: true } }],
      },
      Buffer.from(Float32Array.of(5, -5).buffer),
      CLASSIFIED,
    );
    expect(header.outputs[0]).toMatchObject({ name: 'demand', datatype: 'BYTES', shape: [2] });
    expect(body).toEqual(
      Buffer.from([4, 0, 0, 0, ...Buffer.from('high'), 3, 0, 0, 0, ...Buffer.from('low')]),
    );
  });

  test.each([
    ['fewer bytes than they say', bytes.subarray(0, 14)],
    ['more bytes than they say', Buffer.concat([bytes, Buffer.from([0])])],
  ])('%s are refused with an error object', async (_, body) => {
    const { status, header } = await send({ inputs }, Buffer.from(body));
    expect([status, header]).toMatchObject([400, { error: expect.any(String) }]);
  });
});
