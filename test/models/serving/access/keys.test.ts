import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Gateway } from '../../../../gateway.js';
import { accessLayout } from '../../../../models/access/access-layout.js';
import { eventually } from '../../../support/eventually.js';
import { createWorld, sharedWorld, type World } from '../serving-fixture.js';
import { auditOf, call, keysOf, makeKey, PREDICT } from './access-fixture.js';

let world: World;
let gateway: Gateway;
let url: string;
let shop: string;

sharedWorld(async (cleanUp) => {
  world = await createWorld(cleanUp);
  await world.promote('bike-demand', await world.register('bike-demand', 'linear'));
  await world.promote('other', await world.register('other', 'linear'));
  ({ key: shop } = await makeKey(world));
  gateway = await world.gateway({ auth: 'required' });
  url = gateway.address;
  await eventually(async () => {
    for (const model of ['bike-demand', 'other']) {
      const { status } = await call(url, { path: `/v2/models/${model}/ready`, bearer: shop });
      expect(status).toBe(200);
    }
  });
});

describe('where keys are required', () => {
  test('a prediction is given for a key and for nothing else', async () => {
    expect((await call(url, { ...PREDICT, bearer: shop })).body.predictions).toEqual([4]);
    const without = await call(url, PREDICT);
    expect([without.status, without.headers.get('www-authenticate'), without.body.error]).toEqual([
      401,
      'Bearer',
      'this needs a key; send it as Authorization: Bearer <key>',
    ]);
  });

  test.each([
    ['of the right shape that was never made', () => `mlr_${'0'.repeat(12)}_${'A'.repeat(43)}`],
    ['with the id of another', () => `${shop.slice(0, 17)}${'A'.repeat(43)}`],
    ['cut short', () => shop.slice(0, -1)],
    ['that is a digest as it is kept', () => 'f'.repeat(64)],
    ['that is a path', () => '../../registry'],
    ['that is very long', () => 'x'.repeat(7_000)],
  ])('a key %s opens nothing', async (_, bearer) => {
    const { status } = await call(url, { ...PREDICT, bearer: bearer() });
    expect([401, 429]).toContain(status);
  });

  test('a key of one model asks it without its name, and is told of no other', async () => {
    const { key: bearer } = await makeKey(world, { name: 'of-other', models: ['other'] });
    const nameless = { ...PREDICT, path: '/invocations' };
    await eventually(async () => {
      expect((await call(url, { ...nameless, bearer })).body).toMatchObject({
        model_name: 'other',
      });
    });
    const { status, body } = await call(url, { ...nameless, bearer: shop });
    expect([status, body.error]).toEqual([400, expect.stringContaining('bike-demand, other')]);
  });

  test('whether the gateway lives and is ready needs no key, other paths do, also those that are not', async () => {
    expect((await call(url, { path: '/v2/health/live' })).status).toBe(200);
    expect((await call(url, { path: '/ping' })).status).toBe(200);
    for (const path of ['/v2/models/bike-demand', '/nothing/here', '/v2/models/none']) {
      expect((await call(url, { path })).status, path).toBe(401);
    }
    expect((await call(url, { path: '/nothing/here', bearer: shop })).status).toBe(404);
  });

  test('a key opens its scope alone; admin opens all', async () => {
    const labels = { path: '/labels', body: { labels: [] } };
    const monitors = { path: '/v2/health/monitors' };
    expect((await call(url, { ...labels, bearer: shop })).body.error).toBe(
      'the key shop may not tell labels or feedback; use one that may, or widen its scope',
    );
    expect((await call(url, { ...monitors, bearer: shop })).status).toBe(403);
    const { key } = await makeKey(world, { name: 'root', scopes: ['admin'] });
    await eventually(async () => {
      expect((await call(url, { ...labels, bearer: key })).status).toBe(200);
    });
    expect((await call(url, { ...monitors, bearer: key })).status).toBe(200);
    expect((await call(url, { ...PREDICT, bearer: key })).status).toBe(200);
  });

  test('a key for one model sees no other, however it is asked for', async () => {
    const { key } = await makeKey(world, {
      name: 'tenant',
      scopes: ['predict', 'feedback', 'read'],
      models: ['other'],
    });
    await eventually(async () => {
      expect((await call(url, { path: '/v2/models/other', bearer: key })).status).toBe(200);
    });
    const given = await call(url, { ...PREDICT, bearer: shop });
    const row = { dataframe_records: [{ a: 1, b: 2 }] };
    const forbidden = [
      { path: '/v2/models/bike-demand' },
      { path: '/v2/models/bike-demand/versions/1' },
      { path: '/v2/models/bike-demand/ready' },
      { path: '/models/bike-demand/invocations', body: row },
      { path: '/invocations?model=bike-demand', body: row },
      { path: '/models/bike-demand/signals', body: {} },
    ];
    for (const request of forbidden) {
      expect((await call(url, { ...request, bearer: key })).status, request.path).toBe(403);
    }
    const index = await call(url, { path: '/v2/repository/index', body: {}, bearer: key });
    expect(index.body.map(({ name }: { name: string }) => name)).toEqual(['other']);
    const label = { labels: [{ id: given.body.prediction_ids[0], label: 3 }] };
    expect((await call(url, { path: '/labels', body: label, bearer: key })).status).toBe(404);
    expect(
      (await call(url, { path: '/models/other/invocations', body: row, bearer: key })).status,
    ).toBe(200);
  });

  test('a key is revoked at every gateway within seconds, though nobody tells them', async () => {
    const second = await world.gateway({ auth: 'required' });
    const { key, entry } = await makeKey(world, { name: 'leaked' });
    const statuses = async () => [
      (await call(url, { ...PREDICT, bearer: key })).status,
      (await call(second.address, { path: '/v2/models/bike-demand', bearer: key })).status,
    ];
    await eventually(async () => expect(await statuses()).toEqual([200, 200]));
    await keysOf(world).revoke('leaked');
    await eventually(async () => expect(await statuses()).toEqual([401, 401]));
    const refused = await call(url, { ...PREDICT, bearer: key });
    expect(refused.body.error).toMatch(/^the key leaked was revoked;/);
    const { keys } = await keysOf(world).list();
    expect(keys.find(({ id }) => id === entry.id)).toMatchObject({
      state: 'revoked',
      revokedBy: 'user:test',
    });
    await second.close();
  });

  test('a key is nobody once its time is over, also for a gateway that knew it', async () => {
    const expiresAt = new Date(Date.now() + 4_000).toISOString();
    const { key } = await makeKey(world, { name: 'short', expiresAt });
    await eventually(async () => {
      expect((await call(url, { ...PREDICT, bearer: key })).status).toBe(200);
    });
    await eventually(async () => {
      expect((await call(url, { ...PREDICT, bearer: key })).body.error).toMatch(
        /short has expired/,
      );
    });
  });

  test('a key may have a rate of its own', async () => {
    const { key } = await makeKey(world, { name: 'slow', requestsPerSecond: 0.001 });
    await eventually(async () => {
      const { status } = await call(url, { ...PREDICT, bearer: key });
      expect([200, 429]).toContain(status);
    });
    const limited = await call(url, { ...PREDICT, bearer: key });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await call(url, { ...PREDICT, bearer: shop })).status).toBe(200);
  });

  test('guessing is slowed down, and holds up nobody who has a key', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 30; guess += 1) {
      const bearer = `mlr_${String(guess).padStart(12, '0')}_${'A'.repeat(43)}`;
      statuses.push((await call(url, { ...PREDICT, bearer })).status);
    }
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.every((status) => status === 401 || status === 429)).toBe(true);
    expect((await call(url, { ...PREDICT, bearer: shop })).status).toBe(200);
  });
});

describe('the audit log', () => {
  test('names who changed what and who was denied, and no secret', async () => {
    const { key } = await makeKey(world, { name: 'labeller', scopes: ['feedback'] });
    const path = '/labels?token=of-the-query';
    await eventually(async () => {
      expect((await call(url, { path, body: { labels: [] }, bearer: key })).status).toBe(200);
    });
    await call(url, { ...PREDICT, bearer: key });
    await call(url, { ...PREDICT, bearer: 'not-a-key-of-anybody' });
    await eventually(async () => {
      const { records, text } = await auditOf(world);
      expect(records).toContainEqual(
        expect.objectContaining({
          by: gateway.id,
          who: expect.objectContaining({ kind: 'key', name: 'labeller' }),
          from: '127.0.0.1',
          what: 'POST /labels',
          outcome: 'done',
          status: 200,
        }),
      );
      expect(records).toContainEqual(
        expect.objectContaining({
          who: expect.objectContaining({ name: 'labeller' }),
          what: 'POST /models/bike-demand/invocations',
          outcome: 'denied',
          status: 403,
        }),
      );
      expect(records.map(({ what }) => what)).toContainEqual(
        expect.stringMatching(/^keys create labeller \(/),
      );
      for (const secret of [key, key.slice(17), shop, 'of-the-query', 'not-a-key-of-anybody']) {
        expect(text).not.toContain(secret);
      }
    });
  });

  test('of a thousand denials alike is a few lines', async () => {
    const before = (await auditOf(world)).records.length;
    for (let round = 0; round < 50; round += 1) {
      const requests = Array.from({ length: 20 }, () =>
        call(url, { path: '/v2/models/bike-demand' }),
      );
      await Promise.all(requests);
    }
    expect((await auditOf(world)).records.length - before).toBeLessThan(50);
  });
});

test('of a key nothing is kept by which it could be used', async () => {
  const { key, entry } = await makeKey(world, { name: 'kept' });
  const file = join(accessLayout(world.home.root).keysDir, `${entry.id}.json`);
  const kept = await readFile(file, 'utf8');
  expect(kept).not.toContain(key.slice(17));
  expect(JSON.parse(kept)).toMatchObject({
    name: 'kept',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('when a key was last used is known once the gateway has stopped', async () => {
  await gateway.close();
  const { keys } = await keysOf(world).list();
  const used = keys.find(({ name }) => name === 'shop');
  expect(Date.now() - Date.parse(used?.lastUsedAt ?? '')).toBeLessThan(600_000);
});
