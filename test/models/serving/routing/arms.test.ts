import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { armOf, type ShadowRecord, type TrafficRoute } from '../../../../contracts/index.js';
import type { Gateway } from '../../../../gateway.js';
import { eventually } from '../../../support/eventually.js';
import { ledgerEntry } from '../../registry/sample-records.js';
import { type Answered, get, oneRow, post, servingLinear, type World } from '../serving-fixture.js';

const MODEL = 'bike-demand';

let world: World;
let gateways: Gateway[];
let number: number;

beforeEach(async () => {
  const serving = await servingLinear();
  world = serving.world;
  gateways = [serving.gateway];
  number = 0;
  await world.register(MODEL, 'linear-plus-1000');
});

/** Routes the model, and waits until every gateway says that it does so. */
async function route(change: Partial<TrafficRoute> | null): Promise<TrafficRoute | null> {
  const wanted = await moveRoute(change);
  await Promise.all(gateways.map((gateway) => untilRouted(gateway, wanted?.number)));
  return wanted;
}

async function moveRoute(change: Partial<TrafficRoute> | null): Promise<TrafficRoute | null> {
  number += 1;
  const wanted: TrafficRoute | null =
    change === null
      ? null
      : {
          model: MODEL,
          number,
          rolloutId: 'rollout-7',
          strategy: 'canary',
          arms: [
            { version: 1, weightPercent: 50 },
            { version: 2, weightPercent: 50 },
          ],
          shadows: [],
          stickyBy: null,
          seed: 'rollout-7',
          at: '2026-01-01T00:00:00Z',
          ...change,
        };
  await world.registry.moveRoute({
    model: MODEL,
    number,
    route: wanted,
    ledger: ledgerEntry(MODEL, `route/${number}`),
  });
  return wanted;
}

async function untilRouted(gateway: Gateway, wanted: number | undefined): Promise<void> {
  await eventually(async () => {
    const lease = (await world.registry.leases()).find(({ id }) => id === gateway.id);
    expect(lease?.routes?.[MODEL]).toBe(wanted);
  });
}

function ask(gateway: Gateway, headers: Record<string, string> = {}): Promise<Answered> {
  return get(`${gateway.address}/v2/models/${MODEL}/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(oneRow(1)),
  });
}

async function versionsOf(answers: readonly Promise<Answered>[]): Promise<readonly string[]> {
  return (await Promise.all(answers)).map(({ body }) => body.model_version);
}

describe('a route', () => {
  test('shares requests out by its weights, and every answer is of the arm that it names', async () => {
    const [gateway] = gateways;
    if (gateway === undefined) throw new Error('no gateway');
    await route({
      arms: [
        { version: 1, weightPercent: 80 },
        { version: 2, weightPercent: 20 },
      ],
    });
    const answers = await Promise.all(Array.from({ length: 600 }, () => ask(gateway)));
    const seen = answers.map(({ body }) => `v${body.model_version} ${body.outputs[0].data[0]}`);
    expect(new Set(seen)).toEqual(new Set(['v1 2', 'v2 1002']));
    const challengers = seen.filter((one) => one.startsWith('v2')).length;
    // 120 expected; five standard deviations of a fair assignment.
    expect(Math.abs(challengers - 120)).toBeLessThan(5 * Math.sqrt(600 * 0.2 * 0.8));
  });

  test('keeps a key on its arm, in every gateway behind the registry', async () => {
    gateways.push(await world.gateway());
    const applied = await route({});
    if (applied === null) throw new Error('no route');
    for (const gateway of gateways) {
      const keys = Array.from({ length: 40 }, (_, key) => `customer-${key}`);
      const expected = keys.map((key) => String(armOf(applied, key).version));
      expect(new Set(expected).size).toBe(2);
      const answers = keys.map((key) => ask(gateway, { 'x-millrace-route-key': key }));
      expect(await versionsOf(answers)).toEqual(expected);
    }
  });

  test('may stick by a column of the row, in whichever protocol it comes', async () => {
    const [gateway] = gateways;
    if (gateway === undefined) throw new Error('no gateway');
    const applied = await route({ stickyBy: 'hour' });
    if (applied === null) throw new Error('no route');
    for (let hour = 0; hour < 24; hour += 1) {
      const value = `2026-01-01T${String(hour).padStart(2, '0')}:00:00Z`;
      const expected = String(armOf(applied, value).version);
      const tensor = { name: 'hour', shape: [1], datatype: 'BYTES', data: [value] };
      const infer = { inputs: [...oneRow(1).inputs, tensor] };
      const inference = await post(`${gateway.address}/v2/models/${MODEL}/infer`, infer);
      const row = { a: 1, b: 0, hour: value };
      const columns = Object.keys(row);
      const forms: readonly unknown[] = [
        { dataframe_records: [row] },
        { dataframe_split: { columns, data: [Object.values(row)] } },
        { instances: [row] },
        { inputs: Object.fromEntries(Object.entries(row).map(([name, one]) => [name, [one]])) },
      ];
      const path = `${gateway.address}/models/${MODEL}/invocations`;
      const others = [
        ...forms.map((form) => post(path, form)),
        post(path, `a,b,hour\n1,0,${value}\n`, 'text/csv'),
      ];
      const versions = await versionsOf([Promise.resolve(inference), ...others]);
      expect(versions).toEqual(Array.from({ length: 6 }, () => expected));
    }
  });

  test('is not applied while one of its versions cannot be loaded: the one before stays whole', async () => {
    const [gateway] = gateways;
    if (gateway === undefined) throw new Error('no gateway');
    await route({});
    await moveRoute({
      arms: [
        { version: 1, weightPercent: 10 },
        { version: 9, weightPercent: 90 },
      ],
    });
    const versions = await versionsOf(Array.from({ length: 100 }, () => ask(gateway)));
    expect(new Set(versions)).toEqual(new Set(['1', '2']));
    const [lease] = await world.registry.leases();
    expect(lease?.routes).toEqual({ [MODEL]: 1 });
    await route(null);
    expect(new Set(await versionsOf([ask(gateway), ask(gateway)]))).toEqual(new Set(['1']));
  });

  test('that ends in a promotion never lets the old champion answer again', async () => {
    const [gateway] = gateways;
    if (gateway === undefined) throw new Error('no gateway');
    await route({
      arms: [
        { version: 1, weightPercent: 0 },
        { version: 2, weightPercent: 100 },
      ],
    });
    let stop = false;
    const seen: string[] = [];
    const client = (async () => {
      while (!stop) seen.push((await ask(gateway)).body.model_version);
    })();
    await world.promote(MODEL, 2);
    await route(null);
    await eventually(async () => {
      const [lease] = await world.registry.leases();
      expect(lease?.servedVersions).toEqual({ [MODEL]: 2 });
    });
    stop = true;
    await client;
    expect(new Set(seen)).toEqual(new Set(['2']));
  });
});

describe('a version in the shadow', () => {
  test('is given a copy of each request and answers nobody; what it says is kept by prediction', async () => {
    const [gateway] = gateways;
    if (gateway === undefined) throw new Error('no gateway');
    await route({ strategy: 'shadow', arms: [{ version: 1, weightPercent: 100 }], shadows: [2] });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(gateway)));
    expect(new Set(answers.map(({ body }) => body.model_version))).toEqual(new Set(['1']));
    // Nothing of a test is kept, so none is copied.
    const test = { 'content-type': 'application/json', 'x-millrace-test': 'true' };
    const url = `${gateway.address}/v2/models/${MODEL}/infer`;
    const body = JSON.stringify(oneRow(1, 0));
    expect((await get(url, { method: 'POST', headers: test, body })).status).toBe(200);
    await gateway.close();
    const records = await shadowRecords(world);
    const ids = answers.flatMap(({ body }) => body.parameters.prediction_ids);
    expect(records.map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(new Set(records.map(({ version, prediction }) => `${version} ${prediction}`))).toEqual(
      new Set(['2 1002']),
    );
  });

  test('that cannot answer a row fails no request', async () => {
    const [gateway] = gateways;
    if (gateway === undefined) throw new Error('no gateway');
    const other = await world.register(MODEL, 'classifier');
    await route({
      strategy: 'shadow',
      arms: [{ version: 1, weightPercent: 100 }],
      shadows: [other],
    });
    expect((await ask(gateway)).status).toBe(200);
    await gateway.close();
    const [record] = await shadowRecords(world);
    expect(record).toMatchObject({ version: other, prediction: null });
    expect(record?.error).toMatch(/b/);
  });
});

async function shadowRecords({ home }: World): Promise<readonly ShadowRecord[]> {
  const parent = join(home.predictionsDir, MODEL);
  const records: ShadowRecord[] = [];
  for (const gateway of await readdir(parent)) {
    for (const name of await readdir(join(parent, gateway))) {
      if (!name.startsWith('shadows-')) continue;
      const lines = (await readFile(join(parent, gateway, name), 'utf8')).trim().split('\n');
      records.push(...lines.map((line) => JSON.parse(line) as ShadowRecord));
    }
  }
  return records;
}
