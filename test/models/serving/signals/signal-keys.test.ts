import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { get, servingLinear, sharedWorld, type World } from '../serving-fixture.js';
import { alert, cloudEvent, notification } from './signal-bodies.js';

let world: World;
let url: string;

// Nobody listens there: a signal that is let in is answered with 503, one that is not with 401 or 403.
const NOBODY = { TEMPORAL_ADDRESS: '127.0.0.1:9' };

sharedWorld(async (cleanUp) => {
  ({ world, url } = await servingLinear({ env: NOBODY }, cleanUp));
});

const SECRET = 'b1946ac92492d2347c6235b4d2611184';
const OTHER = '591785b794601e212b260e25925636fd';
const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');

const keysFile = () => join(world.home.root, 'signal-keys.json');
const give = (keys: readonly object[]) => writeFile(keysFile(), JSON.stringify({ keys }));

const RETRAINER = {
  name: 'retrainer',
  sha256: sha256(SECRET),
  models: ['bike-demand'],
  actions: ['retrain'],
};

async function send(authorization?: string, body: object = cloudEvent(), model = 'bike-demand') {
  const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return get(`${url}/models/${model}/signals`, init);
}

const LET_IN = 503;

beforeEach(() => give([RETRAINER]));

test('without a file of keys everyone on this machine may signal', async () => {
  await rm(keysFile());
  expect((await send()).status).toBe(LET_IN);
});

describe('with keys', () => {
  test('a signal with its key is let in', async () => {
    expect((await send(`Bearer ${SECRET}`)).status).toBe(LET_IN);
    expect((await send(`bearer ${SECRET}`)).status).toBe(LET_IN);
  });

  test.each([
    ['no key', undefined],
    ['another key', `Bearer ${OTHER}`],
    ['the digest of the key', `Bearer ${sha256(SECRET)}`],
    ['another scheme', `Basic ${SECRET}`],
    ['an empty key', 'Bearer '],
  ])('a signal with %s is not', async (_, authorization) => {
    const { status, headers, body } = await send(authorization);
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(body.error).toBe('a signal needs a key; send it as Authorization: Bearer <key>');
  });

  test('no body is read before the key', async () => {
    expect((await send(undefined, { neither: 'this nor that' })).status).toBe(401);
  });

  test('a key signals no model and asks for no action but its own', async () => {
    const bearer = `Bearer ${SECRET}`;
    const elsewhere = await send(bearer, cloudEvent(), 'other');
    expect([elsewhere.status, elsewhere.body.error]).toEqual([
      403,
      'the key retrainer may not signal model other; use one that may, or widen its scope',
    ]);
    const rollback = await send(bearer, cloudEvent({ type: 'millrace.rollback' }));
    expect([rollback.status, rollback.body.error]).toEqual([
      403,
      'the key retrainer may not ask for a rollback; use one that may, or widen its scope',
    ]);
    const labels = { alertname: 'x', millrace_action: 'rollback' };
    const mixed = notification([alert(), alert({ labels, annotations: {} })]);
    expect((await send(bearer, mixed)).status).toBe(403);
  });

  test('a key may be for all models', async () => {
    await give([{ ...RETRAINER, models: ['*'] }]);
    // Let in, it is found that there is no such model.
    expect((await send(`Bearer ${SECRET}`, cloudEvent(), 'other')).status).toBe(404);
  });

  test('they are given and taken away while the gateway runs', async () => {
    await give([RETRAINER, { ...RETRAINER, name: 'second', sha256: sha256(OTHER) }]);
    expect((await send(`Bearer ${OTHER}`)).status).toBe(LET_IN);
    await give([]);
    expect((await send(`Bearer ${OTHER}`)).status).toBe(401);
    expect((await send(`Bearer ${SECRET}`)).status).toBe(401);
  });

  test('other routes need none', async () => {
    expect((await get(`${url}/v2/health/ready`)).status).toBe(200);
  });
});

test.each([
  ['no JSON', '{"keys": ['],
  ['another shape', '{"key": "x"}'],
  ['a key that is not hashed', JSON.stringify({ keys: [{ ...RETRAINER, sha256: SECRET }] })],
  [
    'an action that there is not',
    JSON.stringify({ keys: [{ ...RETRAINER, actions: ['deploy'] }] }),
  ],
])('a file of keys with %s lets nobody in', async (_, text) => {
  await writeFile(keysFile(), text);
  for (const authorization of [undefined, `Bearer ${SECRET}`]) {
    const { status, body } = await send(authorization);
    expect([status, body.error]).toEqual([
      503,
      expect.stringMatching(/^the gateway's keys for signals cannot be read; .*log/),
    ]);
    expect(body.error).not.toContain(world.home.root);
  }
});
