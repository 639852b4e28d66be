import { expect, test } from 'vitest';
import { createServiceReader } from '../../../models/predictions/service-reader.js';
import { millrace } from '../../cli/millrace.js';
import { eventually } from '../../support/eventually.js';
import { auditOf, call, makeKey, PREDICT } from './access/access-fixture.js';
import { logged } from './logged.js';
import { createWorld, get, servingLinear, type World } from './serving-fixture.js';

const TEST = { 'x-millrace-test': 'true' };

function ask(address: string, headers: Readonly<Record<string, string>>) {
  return get(`${address}${PREDICT.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(PREDICT.body),
  });
}

/** What the prediction log has, and how many requests the service health. */
async function keptOf(world: World) {
  let requests = 0;
  const health = createServiceReader(world.home.predictionsDir);
  await health.eachTraffic('bike-demand', 0, Number.MAX_SAFE_INTEGER, (record) => {
    requests += record.requests;
  });
  return { ids: (await logged(world)).map(({ id }) => id), requests };
}

test('a test is answered as any other, and nothing is kept of it', async () => {
  const { world, gateway: first } = await servingLinear();
  await first.close();
  // Waiting until it served has asked it too.
  const before = await keptOf(world);
  const gateway = await world.gateway({ healthIntervalMs: 20 });
  await eventually(async () => {
    expect((await get(`${gateway.address}/v2/health/ready`)).status).toBe(200);
  });
  const tested = await ask(gateway.address, TEST);
  expect([tested.status, tested.body.predictions, tested.body.logged]).toEqual([200, [4], false]);
  expect(tested.headers.get('x-millrace-logged')).toBe('false');
  const real = await ask(gateway.address, {});
  expect((await ask(gateway.address, { 'x-millrace-test': 'no' })).body.logged).toBeUndefined();
  await gateway.close();
  const { ids, requests } = await keptOf(world);
  expect(ids.length - before.ids.length).toBe(2);
  expect(ids).toContain(real.body.prediction_ids[0]);
  expect(requests - before.requests).toBe(2);
});

test('where keys are asked for, tests need the scope admin, and what is refused is audited', async () => {
  const world = await createWorld();
  await world.promote('bike-demand', await world.register('bike-demand', 'linear'));
  const { key: shop } = await makeKey(world);
  const { key: owner } = await makeKey(world, { name: 'owner', scopes: ['admin'] });
  const gateway = await world.gateway({ auth: 'required' });
  await eventually(async () => {
    expect((await call(gateway.address, { ...PREDICT, bearer: shop })).status).toBe(200);
  });
  const as = (key: string) => ask(gateway.address, { ...TEST, authorization: `Bearer ${key}` });
  const refused = await as(shop);
  expect([refused.status, refused.body.error]).toEqual([
    403,
    'the key shop may not ask for tests (x-millrace-test), which are not logged; use one that may, or widen its scope',
  ]);
  expect((await as(owner)).body).toMatchObject({ predictions: [4], logged: false });
  const url = `${gateway.address}/v2/models/bike-demand`;
  const args = ['loadtest', url, '--duration', '100ms', '--connections', '1'];
  const cwd = world.home.root;
  const cut = await millrace([...args, '--key', shop], { cwd });
  expect([cut.code, cut.stderr]).toEqual([65, expect.stringContaining('--log')]);
  expect((await millrace([...args, '--key', shop, '--log'], { cwd })).code).toBe(0);
  await gateway.close();
  const { records } = await auditOf(world);
  expect(records).toContainEqual(expect.objectContaining({ status: 403, outcome: 'denied' }));
});

test('a load test is kept out of the log, or is in it where that is asked for', async () => {
  const { world, gateway } = await servingLinear();
  const args = ['loadtest', gateway.address, '--duration', '100ms', '--connections', '1', '--json'];
  const out = await millrace(args, { cwd: world.home.root });
  expect([out.code, JSON.parse(out.stdout).logged]).toEqual([0, false]);
  expect(out.stderr).toContain('keeps these requests out of its prediction log');
  await gateway.close();
  // Of waiting until it served.
  expect(await logged(world)).toHaveLength(1);
});
