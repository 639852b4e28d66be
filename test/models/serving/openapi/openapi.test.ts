import { expect, test } from 'vitest';
import type { Gateway } from '../../../../gateway.js';
import {
  CLASSIFIED,
  get,
  post,
  servingLinear,
  sharedWorld,
  untilServed,
} from '../serving-fixture.js';

let gateway: Gateway;

sharedWorld(async (cleanUp) => {
  const serving = await servingLinear({}, cleanUp);
  ({ gateway } = serving);
  await serving.world.promote(CLASSIFIED, await serving.world.register(CLASSIFIED, 'classifier'));
  await untilServed(gateway, CLASSIFIED, 1);
  // As a place in a path is called.
  await serving.world.promote('model', await serving.world.register('model', 'linear'));
  await untilServed(gateway, 'model', 1);
});

const document = async () => (await get(`${gateway.address}/openapi.json`)).body;

test('every route says what it is for and what it asks of its caller', () => {
  const silent = gateway.routes.filter(
    ({ access, summary }) => access === null || summary === null,
  );
  expect(silent.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  expect(gateway.routes.length).toBeGreaterThan(20);
});

test('the document has each route, its access, and the schemas of labels', async () => {
  const { openapi, paths, components } = await document();
  expect(openapi).toBe('3.1.0');
  for (const { method, path, access } of gateway.routes) {
    if (method === 'HEAD') continue;
    const operation = paths[path.replaceAll(/:(\w+)/g, '{$1}')][method.toLowerCase()];
    expect(operation['x-millrace-access'] ?? 'public').toBe(access);
  }
  const labels = paths['/labels'].post.requestBody.content['application/json'].schema;
  expect(labels.properties.labels.items.required).toEqual(['id', 'label']);
  expect(components.securitySchemes.bearer.scheme).toBe('bearer');
});

test('operation ids are unique', async () => {
  const { paths } = await document();
  const ids = Object.values<Record<string, { operationId: string }>>(paths).flatMap((operations) =>
    Object.values(operations).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

test('each model has its own paths, with what its signature takes and gives', async () => {
  const { paths } = await document();
  const infer = paths['/v2/models/bike-demand/infer'].post;
  const request = infer.requestBody.content['application/json'].schema;
  const tensors = request.properties.inputs.items.anyOf;
  expect(tensors.map((one: { properties: { name: object } }) => one.properties.name)).toEqual([
    { const: 'a' },
    { const: 'b' },
    { const: 'hour' },
  ]);
  expect(request.properties.inputs.allOf).toEqual([
    { contains: { type: 'object', properties: { name: { const: 'a' } } } },
  ]);
  const invoke = paths[`/models/${CLASSIFIED}/invocations`].post;
  const answer = invoke.responses[200].content['application/json'].schema;
  expect(answer.properties.predictions.items).toEqual({ enum: ['low', 'high'] });
  expect(answer.properties.probabilities.items.items).toEqual({ type: 'number' });
  const [records] = invoke.requestBody.content['application/json'].schema.oneOf;
  expect(records.properties.dataframe_records.items).toMatchObject({
    required: ['a'],
    additionalProperties: false,
    properties: { a: { type: 'number' } },
  });
});

test('what the document says of an answer is what is answered', async () => {
  const { paths } = await document();
  const { body } = await post(`${gateway.address}/models/bike-demand/invocations`, {
    dataframe_records: [{ a: 1, b: 2 }],
  });
  const schema =
    paths['/models/bike-demand/invocations'].post.responses[200].content['application/json'].schema;
  expect(Object.keys(body).sort()).toEqual(Object.keys(schema.properties).sort());
});
