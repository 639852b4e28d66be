import { describe, expect, test } from 'vitest';
import type { Gateway } from '../../../../gateway.js';
import { grants, SCOPES, type Scope } from '../../../../models/access/scopes.js';
import { eventually } from '../../../support/eventually.js';
import { createWorld, sharedWorld, type World } from '../serving-fixture.js';
import { call, makeKey } from './access-fixture.js';

let world: World;
let gateway: Gateway;
/** A key of each scope alone, for all models and for a model that is not asked for. */
const keys = new Map<string, string>();

sharedWorld(async (cleanUp) => {
  world = await createWorld(cleanUp);
  await world.promote('bike-demand', await world.register('bike-demand', 'linear'));
  for (const scope of SCOPES) {
    keys.set(scope, (await makeKey(world, { name: scope, scopes: [scope] })).key);
    const foreign = { name: `${scope}-elsewhere`, scopes: [scope], models: ['elsewhere'] };
    keys.set(`${scope} elsewhere`, (await makeKey(world, foreign)).key);
  }
  gateway = await world.gateway({ auth: 'required' });
  await eventually(async () => {
    const ready = { path: '/v2/models/bike-demand/ready', bearer: keys.get('admin') };
    expect((await call(gateway.address, ready)).status).toBe(200);
  });
});

/** A path of the route, of the model that is served. */
function pathOf(route: string): string {
  return route
    .replace(/:(model|name)\b/, 'bike-demand')
    .replace(/:version\b/, '1')
    .replace('*', 'x');
}

async function statusOf(method: string, route: string, bearer?: string): Promise<number> {
  const response = await fetch(`${gateway.address}${pathOf(route)}`, {
    method,
    headers: {
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      'content-type': 'application/json',
    },
    ...(method !== 'GET' && method !== 'HEAD' && { body: '{}' }),
  });
  await response.arrayBuffer();
  return response.status;
}

test('every route says what it asks of its caller', () => {
  expect(gateway.routes.length).toBeGreaterThan(15);
  const unlabelled = gateway.routes.filter(({ access }) => access === null);
  expect(unlabelled.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test('only what tells nothing of a model is public', () => {
  const open = gateway.routes.filter(({ access }) => access === 'public');
  expect(open.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  expect(open.filter(({ path }) => path.includes(':'))).toEqual([]);
});

describe('of every route', () => {
  test('a caller without a credential gets 401, unless it is public', async () => {
    for (const { method, path, access } of gateway.routes) {
      const status = await statusOf(method, path);
      if (access === 'public') expect(status, `${method} ${path}`).not.toBe(401);
      else expect(status, `${method} ${path}`).toBe(401);
    }
  });

  test.each(SCOPES)(
    'a caller with the scope %s gets what it opens and 403 for the rest',
    async (scope) => {
      for (const { method, path, access } of gateway.routes) {
        const status = await statusOf(method, path, keys.get(scope));
        const opens = access !== null && grants(new Set<Scope>([scope]), access);
        const what = `${method} ${path}, which asks for ${access}`;
        if (opens) expect([401, 403], what).not.toContain(status);
        else expect(status, what).toBe(403);
      }
    },
  );

  test.each(SCOPES)(
    'a caller with %s for another model gets nothing of this one',
    async (scope) => {
      const bearer = keys.get(`${scope} elsewhere`);
      for (const { method, path, access } of gateway.routes) {
        if (access === 'public') continue;
        const status = await statusOf(method, path, bearer);
        const what = `${method} ${path}`;
        if (path.includes(':')) expect(status, what).toBe(403);
        // Not 500: what such a route shows is narrowed, not broken.
        else expect(status, what).toBeLessThan(500);
      }
    },
  );

  test('another method than its own is no way round: who is let in is told which there are', async () => {
    const known = new Set(gateway.routes.map(({ method, path }) => `${method} ${path}`));
    for (const { path } of gateway.routes) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
        if (known.has(`${method} ${path}`)) continue;
        expect(await statusOf(method, path), `${method} ${path}`).toBe(401);
        expect(await statusOf(method, path, keys.get('admin')), `${method} ${path}`).toBe(405);
      }
    }
  });
});

test('a path that is written in another way is not another path', async () => {
  const bearer = keys.get('predict elsewhere');
  const spellings = [
    '/v2/models/bike%2Ddemand',
    '/v2//models/bike-demand',
    '/v2/models/elsewhere/../bike-demand',
    '/v2/models/elsewhere%2f..%2fbike-demand',
    '/v2/models/elsewhere/..%2fbike-demand',
    '/V2/models/bike-demand',
    '/v2/models/bike-demand/',
    '/v2/models/bike-demand%00',
    '/v2/models/bike-demand;elsewhere',
  ];
  for (const path of spellings) {
    expect([400, 403, 404], path).toContain((await call(gateway.address, { path, bearer })).status);
  }
});
