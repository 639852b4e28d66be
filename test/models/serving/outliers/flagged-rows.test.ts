import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { MEDIA_TYPE } from '../../../../contracts/index.js';
import { PROFILE_FORMAT } from '../../../../monitoring/drift/index.js';
import { newVersion } from '../../registry/sample-records.js';
import { logged } from '../logged.js';
import {
  createWorld,
  get,
  LINEAR,
  oneRow,
  post,
  untilServed,
  type World,
} from '../serving-fixture.js';

const MODEL = 'bike-demand';

/** A version whose reference had `a` from 0 to 40 and `b` from 0 to 4. */
async function registerWatched({ registry, artifacts }: World): Promise<void> {
  const graph = await readFile(new URL('../../../fixtures/onnx/linear.onnx', import.meta.url));
  const onnx = await artifacts.putBytes(graph, MEDIA_TYPE.onnx);
  const plan = { name: 'sample', model: MODEL, serve: { outliers: true } };
  const feature = (name: string, values: readonly number[]) => ({
    kind: 'numeric',
    name,
    min: values[0],
    max: values.at(-1),
    sample: { exact: true, values },
  });
  const profile = {
    format: PROFILE_FORMAT,
    features: [feature('a', [0, 10, 20, 30, 40]), feature('b', [0, 1, 2, 3, 4])],
  };
  const sample = newVersion(MODEL);
  await registry.registerVersion(
    'run-1/register',
    {
      ...sample,
      content: { ...sample.content, onnx, signature: LINEAR },
      plan: await artifacts.putJson(plan, MEDIA_TYPE.plan),
      profile: await artifacts.putJson(profile, MEDIA_TYPE.profile),
    },
    'test',
    'a version to serve',
  );
}

test('answers name the inputs that are unlike the reference, in each protocol, and so does the log', async () => {
  const world = await createWorld();
  await registerWatched(world);
  await world.promote(MODEL, 1);
  const gateway = await world.gateway();
  await untilServed(gateway, MODEL, 1);
  const url = gateway.address;

  const usual = await post(`${url}/v2/models/${MODEL}/infer`, oneRow(20, 2));
  expect(usual.body.parameters.outliers).toEqual([[]]);
  const far = await post(`${url}/v2/models/${MODEL}/infer`, oneRow(900, 2));
  expect(far.body.parameters.outliers).toEqual([['a']]);
  const rows = [
    { a: 20, b: 2 },
    { a: -900, b: 90 },
    { a: 20, b: 0 },
  ];
  const scored = await post(`${url}/models/${MODEL}/invocations`, { dataframe_records: rows });
  expect(scored.body.outliers).toEqual([[], ['a', 'b'], []]);
  const { body: metrics } = await get(`${url}/metrics`);
  expect(metrics).toContain(`millrace_outlier_rows_total{model="${MODEL}"} 2`);

  await gateway.close();
  const ids = [far.body.parameters.prediction_ids[0], scored.body.prediction_ids[1]];
  const records = await logged(world);
  expect(records.filter(({ outliers }) => outliers !== undefined).map(({ id }) => id)).toEqual(ids);
});

test('a version that does not ask for it says nothing of outliers', async () => {
  const world = await createWorld();
  await world.promote(MODEL, await world.register(MODEL, 'linear'));
  const gateway = await world.gateway();
  await untilServed(gateway, MODEL, 1);
  const { body } = await post(`${gateway.address}/v2/models/${MODEL}/infer`, oneRow(9e9, 2));
  expect(Object.keys(body.parameters)).not.toContain('outliers');
});
