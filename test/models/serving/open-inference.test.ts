import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { segmentsOf } from '../predictions/log-fixture.js';
import {
  CLASSIFIED,
  createWorld,
  get,
  oneRow,
  post,
  servingLinear,
  sharedWorld,
  untilServed,
  type World,
} from './serving-fixture.js';

let world: World;
let url: string;
let infer: string;

sharedWorld(async (cleanUp) => {
  const serving = await servingLinear({}, cleanUp);
  world = serving.world;
  url = serving.url;
  infer = `${url}/v2/models/bike-demand/infer`;
  await world.promote(CLASSIFIED, await world.register(CLASSIFIED, 'classifier'));
  await world.register('bike-demand', 'linear-plus-1000');
  await untilServed(serving.gateway, CLASSIFIED, 1);
});

async function logged(): Promise<readonly Record<string, unknown>[]> {
  const { predictionsDir } = world.home;
  const files = await segmentsOf(predictionsDir, 'predictions');
  const texts = await Promise.all(
    files.map((name) => readFile(join(predictionsDir, name), 'utf8')),
  );
  return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line));
}

describe('metadata and health', () => {
  test('the server names itself and says that it lives and is ready', async () => {
    expect((await get(`${url}/v2`)).body).toMatchObject({
      name: 'millrace',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      extensions: ['binary_tensor_data', 'model_repository(index)'],
    });
    expect((await get(`${url}/v2/health/live`)).body).toEqual({ live: true });
    expect((await get(`${url}/v2/health/ready`)).status).toBe(200);
  });

  test('a model names its tensors, its versions (the answering one first) and the context', async () => {
    expect((await get(`${url}/v2/models/bike-demand`)).body).toEqual({
      name: 'bike-demand',
      versions: ['1', '2'],
      platform: 'onnxruntime_onnx',
      inputs: [
        { name: 'a', datatype: 'FP64', shape: [-1] },
        { name: 'b', datatype: 'INT64', shape: [-1], parameters: { nullable: true } },
        {
          name: 'hour',
          datatype: 'BYTES',
          shape: [-1],
          parameters: { context: 'time', optional: true },
        },
      ],
      outputs: [{ name: 'rentals', datatype: 'FP32', shape: [-1] }],
    });
    const second = await get(`${url}/v2/models/bike-demand/versions/2`);
    expect(second.body.versions).toEqual(['2', '1']);
  });

  test('ready is asked of a model and of a version', async () => {
    for (const path of ['', '/versions/1', '/versions/2']) {
      const { status, body } = await get(`${url}/v2/models/bike-demand${path}/ready`);
      expect([status, body]).toEqual([200, { name: 'bike-demand', ready: true }]);
    }
    expect((await get(`${url}/v2/models/bike-demand/versions/9/ready`)).status).toBe(404);
  });
});

describe('infer', () => {
  test('answers with the version, an id, and a prediction id for each row', async () => {
    const { status, headers, body } = await post(infer, {
      id: 'mine',
      inputs: [
        { name: 'a', shape: [2, 1], datatype: 'FP32', data: [[3], [1.5]] },
        { name: 'b', shape: [2], datatype: 'INT32', data: [4, -1] },
      ],
    });
    expect(status).toBe(200);
    const uuid = headers.get('x-millrace-prediction-id');
    expect(headers.get('x-millrace-version')).toBe('1');
    expect(body).toEqual({
      model_name: 'bike-demand',
      model_version: '1',
      id: 'mine',
      parameters: { prediction_id: uuid, prediction_ids: [`${uuid}/0`, `${uuid}/1`] },
      outputs: [{ name: 'rentals', shape: [2], datatype: 'FP32', data: [10, 2] }],
    });
  });

  test('gives the request its own id where the client gave none', async () => {
    const { headers, body } = await post(infer, oneRow(1));
    expect(body.id).toBe(headers.get('x-millrace-prediction-id'));
  });

  test('answers with another version when the path names it', async () => {
    const { body } = await post(`${url}/v2/models/bike-demand/versions/2/infer`, oneRow(1));
    expect([body.model_version, body.outputs[0].data]).toEqual(['2', [1002]]);
  });

  test('a classifier gives its label and its probabilities', async () => {
    const { body } = await post(`${url}/v2/models/${CLASSIFIED}/infer`, {
      inputs: [{ name: 'a', shape: [2], datatype: 'FP64', data: [-20, 20] }],
    });
    const [label, probabilities] = body.outputs;
    expect(label).toEqual({ name: 'demand', shape: [2], datatype: 'BYTES', data: ['low', 'high'] });
    expect(probabilities).toMatchObject({
      name: 'probabilities',
      shape: [2, 2],
      parameters: { classes: ['low', 'high'] },
    });
    const rounded = probabilities.data.map((value: number) => Math.round(value));
    expect(rounded).toEqual([1, 0, 0, 1]);
  });

  test('gives only the outputs that were asked for', async () => {
    const { body } = await post(`${url}/v2/models/${CLASSIFIED}/infer`, {
      inputs: [{ name: 'a', shape: [1], datatype: 'FP64', data: [1] }],
      outputs: [{ name: 'probabilities' }],
    });
    expect(body.outputs.map(({ name }: { name: string }) => name)).toEqual(['probabilities']);
  });

  test('writes down what it answered: inputs, context, event time, client id', async () => {
    const hour = { name: 'hour', shape: [1], datatype: 'BYTES', data: ['2011-07-01 05:00'] };
    const { inputs } = oneRow(7, 1);
    const { body } = await post(infer, { id: 'client-7', inputs: [...inputs, hour] });
    const record = (await logged()).find(({ id }) => id === body.parameters.prediction_ids[0]);
    expect(record).toMatchObject({
      model: 'bike-demand',
      version: 1,
      eventTime: '2011-07-01T05:00:00Z',
      inputs: { a: 7, b: 1 },
      context: { hour: '2011-07-01T05:00:00Z' },
      prediction: 15,
      clientId: 'client-7',
    });
  });

  test('event time is milliseconds too, and the wall clock where there is none', async () => {
    const hour = { name: 'hour', shape: [1], datatype: 'INT64', data: [1309496400000] };
    const given = await post(infer, { inputs: [...oneRow(1).inputs, hour] });
    const without = await post(infer, oneRow(1));
    const records = await logged();
    const of = (answer: typeof given) =>
      records.find(({ id }) => id === answer.body.parameters.prediction_ids[0]);
    expect(of(given)?.['eventTime']).toBe('2011-07-01T05:00:00Z');
    expect(of(without)?.['eventTime']).toBe(of(without)?.['at']);
  });
});

describe('bad input is a 400 that names the place', () => {
  const a = { name: 'a', shape: [1], datatype: 'FP64', data: [1] };
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['no JSON', '{"inputs": [', /not JSON/],
    ['prototype poisoning', '{"__proto__": {"x": 1}, "inputs": []}', /has the key "__proto__"/],
    ['no object', '3', /body: /],
    ['no inputs', {}, /inputs: /],
    ['empty inputs', { inputs: [] }, /inputs: /],
    ['no shape', { inputs: [{ ...a, shape: undefined }] }, /inputs\[0\]\.shape: /],
    ['a shape of text', { inputs: [{ ...a, shape: ['x'] }] }, /inputs\[0\]\.shape\[0\]: /],
    ['data that is no list', { inputs: [{ ...a, data: 1 }] }, /inputs\[0\]\.data: /],
    ['a matrix', { inputs: [{ ...a, shape: [1, 2], data: [1, 2] }] }, /input a has shape \[1,2\]/],
    ['too few values', { inputs: [{ ...a, shape: [2] }] }, /input a has 1 values.* says 2/],
    ['no rows', { inputs: [{ ...a, shape: [0], data: [] }] }, /no rows/],
    [
      'unequal rows',
      {
        inputs: [a, { name: 'b', shape: [2], datatype: 'INT64', data: [1, 2] }],
      },
      /input b has 2 rows where the first input has 1/,
    ],
    ['an input twice', { inputs: [a, a] }, /input a is given twice/],
    ['an unknown input', { inputs: [a, { ...a, name: 'c' }] }, /input c is not known.*a, b, hour/],
    ['a missing input', { inputs: [{ ...a, name: 'b' }] }, /field a of row 0 is missing/],
    ['null where needed', { inputs: [{ ...a, data: [null] }] }, /field a of row 0 is null/],
    [
      'text for a number',
      { inputs: [{ ...a, datatype: 'BYTES', data: ['x'] }] },
      /input a has datatype BYTES, but its kind is number; send FP64/,
    ],
    [
      'text in numbers',
      { inputs: [{ ...a, data: ['x'] }] },
      /field a of row 0: "x" is not a number/,
    ],
    ['a fraction for an integer', oneRow(1, 1.5), /field b of row 0: 1\.5 is not an integer/],
    ['an unknown datatype', { inputs: [{ ...a, datatype: 'FP128' }] }, /datatype FP128/],
    [
      'a time that is none',
      {
        inputs: [a, { name: 'hour', shape: [1], datatype: 'BYTES', data: ['tomorrow'] }],
      },
      /field hour of row 0: "tomorrow" is not a time/,
    ],
    [
      'an unknown output',
      oneRow(1, 1, { outputs: [{ name: 'x' }] }),
      /output x is not known.*rentals/,
    ],
    ['an id that is no text', oneRow(1, 1, { id: 7 }), /id: /],
  ];
  test.each(cases)('%s', async (_, body, message) => {
    const answer = await post(infer, body);
    expect(answer.body.error).toMatch(message);
    expect(answer.status).toBe(400);
    expect(Object.keys(answer.body)).toEqual(['error']);
  });

  test('and nothing of it is in the log', async () => {
    const before = (await logged()).length;
    await post(infer, { inputs: [{ ...a, shape: [2], data: [1, 'x'] }] });
    expect((await logged()).length).toBe(before);
  });
});

describe('what is not there is a 404 that names what is', () => {
  test.each([
    ['/v2/models/no-such-model', /"no-such-model" is not served here; served: bike-demand/],
    ['/v2/models/bike-demand/versions/9', /no version 9; it has 1, 2/],
    ['/v2/models/bike-demand/versions/one', /"one" is not the number of a version/],
    ['/v2/models/bike-demand/versions/0', /"0" is not the number of a version/],
    ['/v2/models/no-such-model/versions/1', /no model "no-such-model"/],
    ['/v2/modelz', /no GET \/v2\/modelz/],
    ['/v2/models/..%2f..%2fetc', /not served here/],
  ])('%s', async (path, message) => {
    const { status, body } = await get(`${url}${path}`);
    expect([status, body.error]).toEqual([404, expect.stringMatching(message)]);
  });
});

test('an answer that is not a number is an error, not null', async () => {
  const { status, body } = await post(infer, oneRow(1, null));
  expect(status).toBe(500);
  expect(body.error).toMatch(/version 1 of bike-demand gave NaN for row 0/);
});

test('a gateway without champions is ready, lives, and says that nothing is served', async () => {
  const empty = await (await createWorld()).gateway();
  while ((await get(`${empty.address}/v2/health/ready`)).status !== 200);
  const { status, body } = await post(`${empty.address}/v2/models/bike-demand/infer`, oneRow(1));
  expect([status, body.error]).toEqual([404, expect.stringMatching(/served: none; deploy/)]);
});
