import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import {
  MEDIA_TYPE,
  type ModelSignature,
  type UnknownCategoryRule,
} from '../../../../contracts/index.js';
import { PROFILE_FORMAT } from '../../../../monitoring/drift/index.js';
import { newVersion } from '../../registry/sample-records.js';
import { logged } from '../logged.js';
import { createWorld, get, post, type World } from '../serving-fixture.js';

const MODEL = 'rentals';

const SEASONAL: ModelSignature = {
  task: 'regression',
  inputs: [{ name: 'season', kind: 'string', nullable: true, tensor: 'categorical', index: 0 }],
  context: [],
  output: { name: 'rentals', kind: 'number' },
};

const WINTER = { season: 'winter' };
const SOMMER = { season: 'sommer' };

interface Registered {
  readonly rule?: UnknownCategoryRule;
  readonly nullable?: boolean;
  /** Rows of categories that the profile does not list. */
  readonly otherRows?: number;
  readonly hasProfile?: boolean;
}

/** A version whose training data had winters and summers; it answers 10, 20, and 5 where missing. */
async function register(
  { registry, artifacts }: World,
  { rule, nullable = true, otherRows = 0, hasProfile = true }: Registered,
): Promise<void> {
  const graph = await readFile(new URL('../../../fixtures/onnx/seasonal.onnx', import.meta.url));
  const onnx = await artifacts.putBytes(graph, MEDIA_TYPE.onnx);
  const plan = { name: 'sample', model: MODEL, serve: { unknownCategories: rule } };
  const categories = [
    { value: 'winter', rows: 3 },
    { value: 'summer', rows: 2 },
  ];
  const season = { kind: 'categorical', name: 'season', categories, otherRows };
  const profile = { format: PROFILE_FORMAT, features: [season] };
  const sample = newVersion(MODEL);
  const inputs = SEASONAL.inputs.map((input) => ({ ...input, nullable }));
  const signature = { ...SEASONAL, inputs };
  await registry.registerVersion(
    'run-1/register',
    {
      ...sample,
      content: { ...sample.content, onnx, signature },
      plan: await artifacts.putJson(plan, MEDIA_TYPE.plan),
      profile: hasProfile ? await artifacts.putJson(profile, MEDIA_TYPE.profile) : null,
    },
    'test',
    'a version to serve',
  );
}

async function serving(registered: Registered) {
  const world = await createWorld();
  await register(world, registered);
  await world.promote(MODEL, 1);
  const gateway = await world.gateway();
  const ask = (...rows: readonly object[]) =>
    post(`${gateway.address}/models/${MODEL}/invocations`, { dataframe_records: rows });
  while ((await ask(WINTER)).status !== 200);
  return { world, gateway, ask };
}

test('they are passed on to the model by default', async () => {
  const { ask } = await serving({});
  const { body } = await ask(WINTER, SOMMER);
  expect(body.predictions).toEqual([10, -1]);
  expect(Object.keys(body)).not.toContain('unknown_categories');
});

test('reject refuses the request with field, value and what is known; missing values are none', async () => {
  const { ask } = await serving({ rule: 'reject' });
  const refused = await ask(WINTER, SOMMER, { season: 'monsoon' });
  expect(refused.status).toBe(400);
  expect(refused.body.error).toBe(
    'field season of row 1: "sommer" is not a category that the model knows; did you mean "summer"? it knows "winter", "summer"; ' +
      'field season of row 2: "monsoon" is not a category that the model knows; it knows "winter", "summer"',
  );
  const many = await ask(...Array.from({ length: 1_000 }, () => ({ season: 'x'.repeat(1_000) })));
  expect(many.status).toBe(400);
  expect(many.body.error).toContain('and 980 more problems');
  expect(many.body.error.length).toBeLessThan(5_000);
  expect((await ask(WINTER, { season: null })).body.predictions).toEqual([10, 5]);
});

test('asMissing gives the model a missing value, says so, and the log has the row as it came', async () => {
  const { ask, gateway, world } = await serving({ rule: 'asMissing' });
  const tensor = { name: 'season', shape: [3], datatype: 'BYTES' };
  const answer = await post(`${gateway.address}/v2/models/${MODEL}/infer`, {
    inputs: [{ ...tensor, data: ['sommer', 'winter', 'monsoon'] }],
  });
  expect(answer.body.outputs[0].data).toEqual([5, 10, 5]);
  expect(answer.body.parameters.unknown_categories).toEqual(['season']);
  expect((await ask(SOMMER)).body).toMatchObject({
    predictions: [5],
    unknown_categories: ['season'],
  });
  expect(Object.keys((await ask(WINTER)).body)).not.toContain('unknown_categories');
  const { body: metrics } = await get(`${gateway.address}/metrics`);
  expect(metrics).toContain(`millrace_unknown_categories_total{model="${MODEL}"} 3`);

  await gateway.close();
  const ids: readonly string[] = answer.body.parameters.prediction_ids;
  const records = (await logged(world)).filter(({ id }) => ids.includes(id));
  expect(records.map(({ inputs }) => inputs['season'])).toEqual(['sommer', 'winter', 'monsoon']);
});

test('an input whose categories the profile does not list takes every text', async () => {
  const { ask } = await serving({ rule: 'reject', otherRows: 7 });
  expect((await ask(SOMMER)).body.predictions).toEqual([-1]);
});

test.each([
  [
    { rule: 'asMissing', nullable: false } as const,
    'serve.unknownCategories is asMissing, but the model takes no missing season',
  ],
  [
    { rule: 'reject', hasProfile: false } as const,
    'has no readable profile, which says what serve.unknownCategories asks for',
  ],
])('a version that cannot do as it was told is not served: %j', async (registered, words) => {
  const world = await createWorld();
  await register(world, registered);
  await world.promote(MODEL, 1);
  const gateway = await world.gateway();
  const { status, body } = await post(`${gateway.address}/v2/models/${MODEL}/versions/1/infer`, {
    inputs: [{ name: 'season', shape: [1], datatype: 'BYTES', data: ['winter'] }],
  });
  expect(status).toBe(503);
  expect(body.error).toContain(words);
});
