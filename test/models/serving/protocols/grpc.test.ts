import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, Metadata, makeClientConstructor, type ServiceError } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gateway } from '../../../../gateway.js';
import { INFERENCE_PROTO } from '../../../../models/serving/protocols/grpc/inference-proto.js';
import { freePort } from '../../../../processes/network-ports.js';
import { eventually } from '../../../support/eventually.js';
import { createWorld, get, servingLinear, sharedWorld } from '../serving-fixture.js';
import { float64, int64, texts } from './binary-request.js';

let gateway: Gateway;
// biome-ignore lint/suspicious/noExplicitAny: a client made of the protocol's text has no types
let client: any;

let accessLog: string;

sharedWorld(async (cleanUp) => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-grpc-'));
  cleanUp(() => rm(directory, { recursive: true, force: true }));
  accessLog = join(directory, 'access.log');
  const options = { grpcPort: 0, bodyLimitBytes: 100_000, accessLog };
  ({ gateway } = await servingLinear(options, cleanUp));
});

beforeAll(() => {
  const { root } = protobuf.parse(INFERENCE_PROTO, { keepCase: true });
  const type = (name: string) => root.lookupType(`inference.${name}`);
  const method = (name: string) => ({
    path: `/inference.GRPCInferenceService/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message: object) =>
      Buffer.from(
        type(`${name}Request`)
          .encode(type(`${name}Request`).fromObject(message))
          .finish(),
      ),
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (bytes: Buffer) => bytes,
    responseDeserialize: (bytes: Buffer) =>
      type(`${name}Response`).toObject(type(`${name}Response`).decode(bytes), { longs: Number }),
  });
  const Client = makeClientConstructor({ ModelInfer: method('ModelInfer') }, 'inference');
  client = new Client(String(gateway.grpcAddress), credentials.createInsecure());
});

afterAll(() => client.close());

interface Called {
  readonly code: number;
  readonly details: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of the answer
  readonly answer: any;
}

test('a port that is taken ends the start, and leaves nothing that was opened', async () => {
  const world = await createWorld();
  const port = await freePort();
  const grpcPort = Number(gateway.grpcAddress?.split(':').at(-1));
  await expect(world.gateway({ port, grpcPort })).rejects.toMatchObject({
    type: 'ServiceUnavailable',
    message: expect.stringContaining(`port ${grpcPort} of 127.0.0.1`),
  });
  expect((await world.gateway({ port })).address).toBe(`http://127.0.0.1:${port}`);
});

function infer(request: object): Promise<Called> {
  return new Promise((resolve) => {
    client.ModelInfer(
      { model_name: 'bike-demand', ...request },
      new Metadata(),
      (error: ServiceError | null, answer: unknown) =>
        resolve({ code: error?.code ?? 0, details: error?.details ?? '', answer }),
    );
  });
}

const A = { name: 'a', datatype: 'FP64', shape: [2], contents: { fp64_contents: [3, 1.5] } };
const B = { name: 'b', datatype: 'INT64', shape: [2, 1], contents: { int64_contents: [4, -1] } };
const bare = ({ contents: _, ...tensor }: typeof A | typeof B) => tensor;

test('contents are answered with contents, raw contents with raw ones', async () => {
  const hour = {
    name: 'hour',
    datatype: 'BYTES',
    shape: [2],
    contents: { bytes_contents: [Buffer.from('2011-07-01T05:00:00Z'), Buffer.from('2011-07-01')] },
  };
  const { answer } = await infer({ inputs: [A, B, hour], id: 'mine' });
  expect(answer).toMatchObject({ model_name: 'bike-demand', model_version: '1', id: 'mine' });
  expect(answer.outputs[0].contents.fp32_contents).toEqual([10, 2]);
  const raw = await infer({
    inputs: [bare(A), bare(B)],
    raw_input_contents: [float64(3, 1.5), int64(4n, -1n)],
  });
  const [bytes] = raw.answer.raw_output_contents;
  expect([bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([10, 2]);
});

describe('hostile messages', () => {
  test.each<readonly [string, object, number, RegExp]>([
    ['no inputs', { inputs: [] }, 3, /no inputs/],
    [
      'fewer raw contents than inputs',
      { inputs: [bare(A), bare(B)], raw_input_contents: [float64(1, 2)] },
      3,
      /1 raw_input_contents for 2 inputs/,
    ],
    [
      'raw contents that lie',
      { inputs: [bare(A)], raw_input_contents: [float64(1)] },
      3,
      /8 bytes where 2 of FP64 are 16/,
    ],
    [
      'texts that lie',
      {
        inputs: [{ name: 'hour', datatype: 'BYTES', shape: [3] }],
        raw_input_contents: [texts('x')],
      },
      3,
      /5 bytes where 3 texts/,
    ],
    [
      'both kinds of contents',
      { inputs: [A], raw_input_contents: [float64(1, 2)] },
      3,
      /both contents and raw/,
    ],
    ['a shape of a billion', { inputs: [{ ...A, shape: [1e9] }] }, 3, /one may have 100000/],
    ['a negative shape', { inputs: [{ ...A, shape: [-1] }] }, 3, /shape \[-1\]/],
    [
      'a datatype that there is not',
      { inputs: [{ ...A, datatype: 'FP128' }] },
      3,
      /FP128, which there is not/,
    ],
    [
      'a half float in contents',
      { inputs: [{ ...A, datatype: 'FP16' }] },
      3,
      /must be in raw_input_contents/,
    ],
    [
      'NaN',
      { inputs: [{ ...A, contents: { fp64_contents: [Number.NaN, 1] } }, B] },
      3,
      /field a of row 0 is null/,
    ],
    [
      'infinity',
      { inputs: [{ ...A, contents: { fp64_contents: [1, Number.POSITIVE_INFINITY] } }, B] },
      3,
      /field a of row 1: Infinity/,
    ],
    ['an endless id', { inputs: [A, B], id: 'x'.repeat(300) }, 3, /id is longer/],
    ['a model of a path', { inputs: [A, B], model_name: '../../etc/passwd' }, 5, /not served/],
    [
      'a version that is none',
      { inputs: [A, B], model_version: '1e0' },
      5,
      /not the number of a version/,
    ],
    [
      'a message over the limit',
      { inputs: [bare(A)], raw_input_contents: [Buffer.alloc(200_000)] },
      8,
      /larger than max/i,
    ],
  ])('%s', async (_, request, code, details) => {
    const called = await infer(request);
    expect([called.code, called.details]).toEqual([code, expect.stringMatching(details)]);
  });

  test('and the next client is answered, each counted by its code', async () => {
    expect((await infer({ inputs: [A, B] })).code).toBe(0);
    const { body } = await get(`${gateway.address}/metrics`);
    expect(body).toMatch(
      /millrace_requests_total\{model="bike-demand",version="1",protocol="grpc",code="OK"\} \d/,
    );
    expect(body).toMatch(/protocol="grpc",code="INVALID_ARGUMENT"\} \d/);
  });
});

test('calls are in the access log, with what answered them', async () => {
  expect(await infer({ inputs: [A, B] })).toMatchObject({ code: 0 });
  expect(await infer({ model_name: 'nobody', inputs: [A] })).toMatchObject({ code: 5 });
  await eventually(async () => {
    const text = await readFile(accessLog, 'utf8');
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({
        protocol: 'grpc',
        method: 'ModelInfer',
        status: 'OK',
        model: 'bike-demand',
        version: 1,
        rows: 2,
      }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ protocol: 'grpc', status: 'NOT_FOUND', model: 'nobody' }),
    );
  });
});
