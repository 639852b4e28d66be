import { chmod, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { GatewayLease } from '../../../contracts/index.js';
import type { Gateway } from '../../../gateway.js';
import {
  createWorld,
  get,
  oneRow,
  post,
  servingLinear,
  untilServed,
  type World,
} from './serving-fixture.js';

const MODEL = 'bike-demand';

async function leaseOf(world: World, gateway: Gateway): Promise<GatewayLease | undefined> {
  return (await world.registry.leases()).find(({ id }) => id === gateway.id);
}

async function untilLease(
  world: World,
  gateway: Gateway,
  holds: (lease: GatewayLease) => boolean,
): Promise<GatewayLease> {
  for (;;) {
    const lease = await leaseOf(world, gateway);
    if (lease !== undefined && holds(lease)) return lease;
    await pause(5);
  }
}

/** Overwrites a stored graph, as a failing disk would. */
async function corrupt(world: World, version: number): Promise<() => Promise<void>> {
  const onnx = (await world.registry.version(MODEL, version))?.content.onnx;
  if (onnx === undefined) throw new Error(`no version ${version}`);
  const path = await world.artifacts.localPath(onnx);
  const content = await readFile(path);
  const overwrite = async (bytes: Uint8Array) => {
    await chmod(path, 0o600);
    await writeFile(path, bytes);
  };
  await overwrite(Buffer.alloc(content.length));
  return () => overwrite(content);
}

describe('a new champion', () => {
  test('is served, and the lease says so', async () => {
    const { world, gateway, url } = await servingLinear();
    const before = await untilLease(
      world,
      gateway,
      ({ servedVersions }) => servedVersions[MODEL] === 1,
    );
    expect(before).toMatchObject({ address: url, generation: 1 });
    await world.promote(MODEL, await world.register(MODEL, 'linear-plus-1000'));
    await untilServed(gateway, MODEL, 2);
    expect((await post(`${url}/v2/models/${MODEL}/infer`, oneRow(1))).body.outputs[0].data).toEqual(
      [1002],
    );
    const after = await untilLease(
      world,
      gateway,
      ({ servedVersions }) => servedVersions[MODEL] === 2,
    );
    expect(after.generation).toBe(2);
  });

  test('takes over under load without a failed or a mixed answer', async () => {
    const { world, gateway, url } = await servingLinear();
    const versions = [1, await world.register(MODEL, 'linear-plus-1000')];
    let stop = false;
    const seen = new Map<string, number>();
    const ask = async () => {
      while (!stop) {
        const { status, body } = await post(`${url}/v2/models/${MODEL}/infer`, oneRow(1));
        const key = `${status} v${body.model_version} ${body.outputs?.[0].data}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
      }
    };
    const clients = Array.from({ length: 8 }, ask);
    for (let change = 1; change <= 50; change += 1) {
      const version = versions[change % 2] ?? 0;
      await world.promote(MODEL, version);
      await untilLease(world, gateway, ({ servedVersions }) => servedVersions[MODEL] === version);
    }
    stop = true;
    await Promise.all(clients);
    expect([...seen.keys()].sort()).toEqual(['200 v1 2', '200 v2 1002']);
    expect((await leaseOf(world, gateway))?.generation).toBe(51);
  });

  test('that cannot be loaded leaves the old one serving; the lease tells the truth', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
    const { world, gateway, url } = await servingLinear({ logger });
    const version = await world.register(MODEL, 'linear-plus-1000');
    const mend = await corrupt(world, version);
    await world.promote(MODEL, version);
    while (lines.length === 0) await pause(5);
    expect(lines[0]).toMatch(
      /version 2 of bike-demand cannot be loaded: .*(digest|sha256|content)/,
    );
    expect((await post(`${url}/v2/models/${MODEL}/infer`, oneRow(1))).body.model_version).toBe('1');
    const told = await untilLease(
      world,
      gateway,
      ({ failures }) => failures?.[MODEL] !== undefined,
    );
    expect(told.servedVersions).toEqual({ [MODEL]: 1 });
    expect(told.failures?.[MODEL]).toMatchObject([
      { version, reason: expect.stringMatching(/(digest|sha256|content)/) },
    ]);
    await mend();
    await untilServed(gateway, MODEL, 2);
    await untilLease(world, gateway, ({ failures }) => failures?.[MODEL] === undefined);
  });

  test('that cannot be loaded where none served before is a 503 with the reason', async () => {
    const world = await createWorld();
    const version = await world.register(MODEL, 'linear');
    await corrupt(world, version);
    await world.promote(MODEL, version);
    const gateway = await world.gateway();
    const infer = `${gateway.address}/v2/models/${MODEL}/infer`;
    let answer = await post(infer, oneRow(1));
    while (/starting|being loaded/.test(answer.body.error)) answer = await post(infer, oneRow(1));
    expect(answer.status).toBe(503);
    expect(answer.body.error).toMatch(/version 1 of bike-demand cannot be loaded/);
    expect(answer.body.error).not.toContain(world.home.root);
    expect((await get(`${gateway.address}/v2/health/ready`)).status).toBe(503);
    const byNumber = await get(`${gateway.address}/v2/models/${MODEL}/versions/1`);
    expect(byNumber.status).toBe(503);
  });
});

test('a champion that is taken away is served no more', async () => {
  const { world, gateway, url } = await servingLinear();
  await world.promote(MODEL, null);
  await untilLease(world, gateway, ({ servedVersions }) => servedVersions[MODEL] === undefined);
  expect((await post(`${url}/v2/models/${MODEL}/infer`, oneRow(1))).status).toBe(404);
});

test('many versions by number come and go without a failed answer', async () => {
  const { world, url } = await servingLinear();
  for (let version = 2; version <= 9; version += 1) {
    await world.register(MODEL, version % 2 === 0 ? 'linear-plus-1000' : 'linear');
  }
  const ask = async (turn: number) => {
    const version = 2 + (turn % 8);
    const path = `${url}/v2/models/${MODEL}/versions/${version}/infer`;
    const { body } = await post(path, oneRow(1));
    return body.outputs?.[0].data[0] === (version % 2 === 0 ? 1002 : 2) ? 'right' : body;
  };
  const answers = await Promise.all(Array.from({ length: 80 }, (_, turn) => ask(turn)));
  expect(new Set(answers)).toEqual(new Set(['right']));
});

test('a gateway whose lease cannot be taken away ends as it should all the same', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const { world, gateway, url } = await servingLinear({ logger });
  const { createClient } = await import('@libsql/client');
  const sql = createClient({ url: `file:${world.home.registryFile}` });
  await sql.execute('ALTER TABLE leases RENAME TO leases_away');
  sql.close();
  expect((await post(`${url}/v2/models/${MODEL}/infer`, oneRow(1))).status).toBe(200);
  await gateway.close();
  expect(lines.at(-1)).toContain('gateway has stopped');
  expect(lines.join()).toContain('the lease could not be taken away: it ends by its age');
  await expect(get(url)).rejects.toThrow();
});

test('while the registry cannot be read, what served goes on; afterwards changes are seen', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const { world, gateway, url } = await servingLinear({ logger });
  const until = async (pattern: RegExp) => {
    while (!lines.some((line) => pattern.test(line))) await pause(5);
  };
  // The table under another name is a registry that cannot answer, to every process.
  const { createClient } = await import('@libsql/client');
  const sql = createClient({ url: `file:${world.home.registryFile}` });
  await sql.execute('ALTER TABLE aliases RENAME TO aliases_away');
  await until(/registry cannot be read; what served goes on/);
  expect((await post(`${url}/v2/models/${MODEL}/infer`, oneRow(1))).status).toBe(200);
  const ready = await get(`${url}/v2/health/ready`);
  expect(ready.status).toBe(200);
  expect(ready.body).toMatchObject({ ready: true, registry: 'unreachable' });
  const { cut_off_since: since } = ready.body;
  expect((await get(`${url}/health`)).body).toContain(`cannot be read since ${since}`);
  expect((await get(`${url}/metrics`)).body).toContain('millrace_registry_reachable 0');
  await untilLease(
    world,
    gateway,
    ({ cutOff }) => cutOff?.since === since && cutOff?.until === null,
  );
  await sql.execute('ALTER TABLE aliases_away RENAME TO aliases');
  sql.close();
  await until(/can be read again/);
  await untilLease(
    world,
    gateway,
    ({ cutOff }) => cutOff?.since === since && cutOff?.until !== null,
  );
  expect((await get(`${url}/v2/health/ready`)).body).toEqual({
    ready: true,
    registry: 'reachable',
  });
  expect((await get(`${url}/health`)).body).toBe('\n');
  await world.promote(MODEL, await world.register(MODEL, 'linear-plus-1000'));
  await untilServed(gateway, MODEL, 2);
});

test('the lease is written again and again, and taken away at the end', async () => {
  const { world, gateway } = await servingLinear();
  const first = await untilLease(world, gateway, () => true);
  await untilLease(world, gateway, ({ at }) => at > first.at);
  await gateway.close();
  expect(await leaseOf(world, gateway)).toBeUndefined();
});
