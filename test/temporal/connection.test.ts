import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../contracts/index.js';
import { freePort } from '../../processes/network-ports.js';
import { connectTemporal, localTemporalEnv, temporalTarget } from '../../temporal/connection.js';
import { ensureSearchAttributes } from '../../temporal/search-attributes.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let directory: string;
beforeAll(async () => {
  server = await startTestServer({ searchAttributes: [] });
  directory = mkdtempSync(join(tmpdir(), 'millrace-connection-'));
});
afterAll(async () => {
  await server?.close();
  rmSync(directory, { recursive: true, force: true });
});

test('the standard variables say where the server is', () => {
  const target = temporalTarget({
    env: {
      TEMPORAL_ADDRESS: 'cloud.example:7233',
      TEMPORAL_NAMESPACE: 'prod',
      TEMPORAL_API_KEY: 'key',
      TEMPORAL_CONFIG_FILE: join(directory, 'none.toml'),
    },
  });
  expect(target).toMatchObject({
    address: 'cloud.example:7233',
    namespace: 'prod',
    connection: { apiKey: 'key', tls: true },
  });
});

test('a profile of the configuration file is read, and a variable wins over it', () => {
  const file = join(directory, 'temporal.toml');
  writeFileSync(file, '[profile.staging]\naddress = "staging:7233"\nnamespace = "ml"\n');
  const env = { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'staging' };
  expect(temporalTarget({ env })).toMatchObject({ address: 'staging:7233', namespace: 'ml' });
  expect(temporalTarget({ env: { ...env, TEMPORAL_NAMESPACE: 'other' } }).namespace).toBe('other');
});

test('without anything set, the local default', () => {
  const env = { TEMPORAL_CONFIG_FILE: join(directory, 'none.toml') };
  expect(temporalTarget({ env })).toMatchObject({
    address: 'localhost:7233',
    namespace: 'default',
  });
});

test('a server of this machine is reached without the keys and profiles of another', () => {
  const env = { TEMPORAL_PROFILE: 'cloud', TEMPORAL_API_KEY: 'key', HOME: '/home/someone' };
  const target = temporalTarget({ env: localTemporalEnv(env, '127.0.0.1:7233') });
  expect(target).toEqual({
    address: '127.0.0.1:7233',
    namespace: 'default',
    connection: { address: '127.0.0.1:7233' },
  });
});

test('a broken configuration file is named', () => {
  const file = join(directory, 'broken.toml');
  writeFileSync(file, '[profile.default\n');
  expect(() => temporalTarget({ env: { TEMPORAL_CONFIG_FILE: file } })).toThrow(
    /configuration of the Temporal connection is wrong/,
  );
});

test('a port where nothing listens is told as the address that does not answer', async () => {
  const address = `127.0.0.1:${await freePort()}`;
  await expect(connectTemporal({ address, timeoutMs: 2_000 })).rejects.toMatchObject({
    type: 'ServiceUnavailable',
    message: `the Temporal server at ${address} does not answer`,
    hint: expect.stringContaining('millrace up'),
  });
});

test('a server that takes the connection and says nothing does not hold us', async () => {
  const mute: Server = createServer(() => {});
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const address = mute.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(
    connectTemporal({ address: `127.0.0.1:${port}`, timeoutMs: 500 }),
  ).rejects.toMatchObject({ type: 'ServiceUnavailable' });
  mute.close();
});

test('a namespace that is not there is named', async () => {
  await expect(
    connectTemporal({ address: server.address, namespace: 'nowhere' }),
  ).rejects.toMatchObject({
    type: 'ServiceUnavailable',
    message: `the Temporal server at ${server.address} has no namespace nowhere`,
  });
});

test('search attributes are added to a server that lacks them, once', async () => {
  const { connection, target } = await connectTemporal({ address: server.address });
  const added = await ensureSearchAttributes(connection, target.namespace);
  expect([...added].sort()).toEqual(Object.values(SEARCH_ATTRIBUTES).sort());
  expect(await ensureSearchAttributes(connection, target.namespace)).toEqual([]);
  await connection.close();
});
