import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Gateway } from '../../../../gateway.js';
import { accessLayout } from '../../../../models/access/access-layout.js';
import { eventually } from '../../../support/eventually.js';
import { createWorld, sharedWorld, type World } from '../serving-fixture.js';
import { auditOf, call, PREDICT } from './access-fixture.js';

const ALG = 'RS256';
const AUDIENCE = 'millrace';

let world: World;
let gateway: Gateway;
let server: Server;
let issuer: string;
let signing: Awaited<ReturnType<typeof generateKeyPair>>;
let foreign: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  [signing, foreign] = await Promise.all([
    generateKeyPair(ALG, { extractable: true }),
    generateKeyPair(ALG, { extractable: true }),
  ]);
});

sharedWorld(async (cleanUp) => {
  const jwks = { keys: [{ ...(await exportJWK(signing.publicKey)), kid: 'one', alg: ALG }] };
  server = createServer((request, response) => {
    const isDiscovery = request.url === '/.well-known/openid-configuration';
    const document = isDiscovery ? { issuer, jwks_uri: `${issuer}/keys` } : jwks;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(async () => void server.close());
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  world = await createWorld(cleanUp);
  await world.promote('bike-demand', await world.register('bike-demand', 'linear'));
  await settings({});
  gateway = await world.gateway({ auth: 'required' });
  await eventually(async () => {
    const bearer = await token({ scope: 'predict' });
    expect((await call(gateway.address, { ...PREDICT, bearer })).status).toBe(200);
  });
});

function settings(more: object): Promise<void> {
  const oidc = { issuer, audience: AUDIENCE, modelsClaim: 'models_of', ...more };
  return writeFile(accessLayout(world.home.root).settingsFile, JSON.stringify({ oidc }));
}

interface Made {
  readonly key?: typeof signing.privateKey;
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: string | number;
  readonly notBefore?: string;
}

const ALL_MODELS = { models_of: ['*'] };

function token(claims: JWTPayload, made: Made = {}): Promise<string> {
  const jwt = new SignJWT({ sub: 'ann', ...ALL_MODELS, ...claims })
    .setProtectedHeader({ alg: ALG, kid: 'one' })
    .setIssuer(made.issuer ?? issuer)
    .setAudience(made.audience ?? AUDIENCE)
    .setExpirationTime(made.expires ?? '5m');
  if (made.notBefore !== undefined) jwt.setNotBefore(made.notBefore);
  return jwt.sign(made.key ?? signing.privateKey);
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What the issuer would sign, with a header of the forger's own and a signature of theirs. */
function forged(header: object, sign: (text: string) => string): string {
  const exp = Math.floor(Date.now() / 1_000) + 300;
  const claims = { sub: 'ann', iss: issuer, aud: AUDIENCE, exp, scope: 'admin', ...ALL_MODELS };
  const text = `${encoded(header)}.${encoded(claims)}`;
  return `${text}.${sign(text)}`;
}

async function predictWith(bearer: string) {
  const { status, body } = await call(gateway.address, { ...PREDICT, bearer });
  return { status, error: body.error as string | undefined };
}

describe('a token of the issuer', () => {
  test('opens what its scopes say, as words or as a list, with or without our prefix', async () => {
    for (const scope of ['predict', 'openid millrace:predict mail', ['predict', 'profile']]) {
      expect((await predictWith(await token({ scope }))).status).toBe(200);
    }
    expect(await predictWith(await token({ scope: 'openid read' }))).toEqual({
      status: 403,
      error:
        'the token ann may not predict with model bike-demand; use one that may, or widen its scope',
    });
    expect((await predictWith(await token({}))).status).toBe(403);
  });

  test('opens the models that it lists, and none where it lists none', async () => {
    const elsewhere = await token({ scope: 'predict', models_of: ['other'] });
    expect((await predictWith(elsewhere)).status).toBe(403);
    const here = await token({ scope: 'predict', models_of: 'other bike-demand' });
    expect((await predictWith(here)).status).toBe(200);
    expect(
      (await predictWith(await token({ scope: 'predict', models_of: undefined }))).status,
    ).toBe(403);
  });

  test('may be out of time by what clocks differ', async () => {
    const now = Math.floor(Date.now() / 1_000);
    expect(
      (await predictWith(await token({ scope: 'predict' }, { expires: now - 5 }))).status,
    ).toBe(200);
  });
});

describe('nothing is opened by', () => {
  test.each<[string, () => Promise<string> | string]>([
    [
      'a token of another issuer',
      () => token({ scope: 'admin' }, { issuer: 'https://evil.example' }),
    ],
    ['one for another audience', () => token({ scope: 'admin' }, { audience: 'shop' })],
    ['one that another key signed', () => token({ scope: 'admin' }, { key: foreign.privateKey })],
    ['one whose time is over', () => token({ scope: 'admin' }, { expires: 1_600_000_000 })],
    ['one whose time is to come', () => token({ scope: 'admin' }, { notBefore: '1h' })],
  ])('%s', async (_, make) => {
    expect([401, 429]).toContain((await predictWith(await make())).status);
  });

  test.each<[string, () => Promise<string> | string]>([
    ['one without a signature', () => forged({ alg: 'none' }, () => '')],
    ['one whose header says none', () => forged({ alg: 'none', kid: 'one' }, () => 'AAAA')],
    [
      'one signed with the public key as a shared secret',
      async () => {
        const secret = await exportSPKI(signing.publicKey);
        return forged({ alg: 'HS256', kid: 'one' }, (text) =>
          createHmac('sha256', secret).update(text).digest('base64url'),
        );
      },
    ],
    [
      'one that brings its own key',
      async () => {
        const jwk = await exportJWK(foreign.publicKey);
        return new SignJWT({ sub: 'ann', scope: 'admin', ...ALL_MODELS })
          .setProtectedHeader({ alg: ALG, jwk })
          .setIssuer(issuer)
          .setAudience(AUDIENCE)
          .setExpirationTime('5m')
          .sign(foreign.privateKey);
      },
    ],
    [
      'one whose claims were changed',
      async () => {
        const [header, , signature] = (await token({ scope: 'read' })).split('.');
        return `${header}.${encoded({ sub: 'ann', iss: issuer, aud: AUDIENCE, scope: 'admin' })}.${signature}`;
      },
    ],
    [
      'one that never ends',
      () =>
        new SignJWT({ sub: 'ann', scope: 'admin', ...ALL_MODELS })
          .setProtectedHeader({ alg: ALG, kid: 'one' })
          .setIssuer(issuer)
          .setAudience(AUDIENCE)
          .sign(signing.privateKey),
    ],
  ])('%s', async (_, make) => {
    expect([401, 429]).toContain((await predictWith(await make())).status);
  });
});

test('after many wrong tokens no more are looked at for a while, but those that were known go on', async () => {
  const good = await token({ scope: 'predict' });
  for (let waiting = 0; (await predictWith(good)).status !== 200 && waiting < 100; waiting += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const bad = await token({ scope: 'admin' }, { key: foreign.privateKey });
  const statuses: number[] = [];
  for (let guess = 0; guess < 15; guess += 1) statuses.push((await predictWith(bad)).status);
  expect(statuses.at(-1)).toBe(429);
  expect((await predictWith(good)).status).toBe(200);
});

test('the audit log names the subject and holds no token', async () => {
  const bearer = await token({ sub: 'labeller', scope: 'feedback' });
  await eventually(async () => {
    const labels = { path: '/labels', body: { labels: [] }, bearer };
    expect((await call(gateway.address, labels)).status).toBe(200);
  });
  const { records, text } = await auditOf(world);
  expect(records.some(({ who }) => who?.kind === 'token' && who.name === 'labeller')).toBe(true);
  for (const part of bearer.split('.')) expect(text).not.toContain(part);
});

describe('settings that do not fit are refused at the start', () => {
  test.each([
    ['a shared secret as algorithm', { algorithms: ['HS256'] }, /oidc\.algorithms/],
    ['none as algorithm', { algorithms: ['none'] }, /oidc\.algorithms/],
    ['keys over plain HTTP from elsewhere', { jwks: 'http://idp.example/keys' }, /no https URL/],
    ['a file of keys that is not there', { jwks: 'nowhere.json' }, /cannot be read from/],
    ['a name that there is not', { audiences: ['x'] }, /audiences/],
  ])('%s', async (_, more, message) => {
    await settings(more);
    await expect(world.gateway({ auth: 'required' })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(message),
    });
  });

  test('keys in a file are as good as keys by URL, and claims may be mapped to scopes', async () => {
    const jwks = { keys: [{ ...(await exportJWK(signing.publicKey)), kid: 'one', alg: ALG }] };
    await writeFile(`${world.home.root}/jwks.json`, JSON.stringify(jwks));
    await settings({
      jwks: 'jwks.json',
      scopesClaim: 'realm_access.roles',
      scopes: { 'ml-callers': ['predict'], __proto__: ['admin'] },
    });
    const other = await world.gateway({ auth: 'required' });
    const status = async (roles: readonly string[]) => {
      const bearer = await token({ realm_access: { roles } });
      return (await call(other.address, { path: '/models/none/invocations', body: {}, bearer }))
        .status;
    };
    expect(await status(['ml-callers'])).toBe(404);
    expect(await status(['admin', 'constructor', '__proto__'])).toBe(403);
    await other.close();
  });
});
