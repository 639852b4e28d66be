import { request } from 'node:https';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { GatewayOptions } from '../../../../gateway.js';
import { settingsFromEnvironment } from '../../../../models/serving/settings.js';
import { createWorld, get } from '../serving-fixture.js';
import { makeKey } from './access-fixture.js';

const tlsFile = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/tls/${name}.pem`, import.meta.url));
const TLS = { certFile: tlsFile('localhost-cert'), keyFile: tlsFile('localhost-key') };

describe('an address that other machines reach', () => {
  test.each(['0.0.0.0', '192.168.0.7', 'example.org', '::'])(
    '%s is refused where nobody could be told from anybody',
    async (host) => {
      const world = await createWorld();
      await expect(world.gateway({ host })).rejects.toMatchObject({
        type: 'InvalidInput',
        message: expect.stringContaining(`does not listen on ${host}: it has no authentication`),
        hint: expect.stringContaining('millrace keys create'),
      });
    },
  );

  test('0.0.0.0 is refused where every key is out of force, and where asking is switched off', async () => {
    const world = await createWorld();
    await makeKey(world, { expiresAt: new Date(Date.now() - 1).toISOString() });
    await expect(world.gateway({ host: '0.0.0.0' })).rejects.toMatchObject({
      type: 'InvalidInput',
    });
    await makeKey(world);
    await expect(world.gateway({ host: '0.0.0.0', auth: 'off' })).rejects.toMatchObject({
      message: expect.stringContaining('does not listen on 0.0.0.0 without authentication'),
    });
  });

  test('0.0.0.0 is listened on once there is a key, and every caller is asked, also from this machine', async () => {
    const world = await createWorld();
    const { key } = await makeKey(world);
    const { address } = await world.gateway({ host: '0.0.0.0' });
    const url = `http://127.0.0.1:${new URL(address).port}`;
    expect((await get(`${url}/v2/health/live`)).status).toBe(200);
    expect((await get(`${url}/v2/models/none`)).status).toBe(401);
    const authorization = `Bearer ${key}`;
    expect((await get(`${url}/v2/models/none`, { headers: { authorization } })).status).toBe(404);
    const origin = 'https://evil.example';
    const fromPage = await get(`${url}/v2/models/none`, { headers: { authorization, origin } });
    expect(fromPage.status).toBe(403);
  });
});

describe('without a certificate', () => {
  const warned = async (options: Partial<GatewayOptions>): Promise<readonly string[]> => {
    const lines: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    const world = await createWorld();
    await makeKey(world);
    await world.gateway({ logger, ...options });
    return lines.filter((line) => line.includes('without TLS'));
  };

  test('a gateway that other machines reach warns once, and names what to do', async () => {
    const [line, ...others] = await warned({ host: '0.0.0.0' });
    expect(line).toContain('listens on 0.0.0.0 without TLS');
    expect(line).toContain('MILLRACE_GATEWAY_TLS_PROXY=1');
    expect(others).toEqual([]);
  });

  test.each<readonly [string, Partial<GatewayOptions>]>([
    ['on the loopback', {}],
    ['behind a proxy', { host: '0.0.0.0', isBehindTls: true }],
    ['with one', { host: '0.0.0.0', tls: TLS }],
  ])('%s nothing is said', async (_, options) => {
    expect(await warned(options)).toEqual([]);
  });

  test('whether a proxy has one is told by the environment', () => {
    const read = (text: string) => settingsFromEnvironment({ MILLRACE_GATEWAY_TLS_PROXY: text });
    expect([read('1'), read('0'), read('')]).toEqual([
      { isBehindTls: true },
      { isBehindTls: false },
      {},
    ]);
    expect(() => read('yes')).toThrow('MILLRACE_GATEWAY_TLS_PROXY is "yes"');
  });
});

describe('with a certificate', () => {
  test('the gateway speaks HTTPS and finds itself ready', async () => {
    const world = await createWorld();
    const { address } = await world.gateway({ tls: TLS });
    expect(address).toMatch(/^https:/);
    const body = await new Promise((resolve, reject) => {
      const url = `${address}/v2/health/live`;
      request(url, { rejectUnauthorized: false }, (response) => resolve(json(response)))
        .on('error', reject)
        .end();
    });
    expect(body).toEqual({ live: true });
  });

  test.each([
    ['a key of another', { ...TLS, keyFile: TLS.certFile }],
    ['a file that is not there', { ...TLS, certFile: '/nowhere/cert.pem' }],
  ])('%s is refused before anything listens', async (_, tls) => {
    const world = await createWorld();
    await expect(world.gateway({ tls })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(/^the certificate cannot be used: /),
    });
  });
});
