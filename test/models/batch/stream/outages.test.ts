import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { MillraceError } from '../../../../contracts/index.js';
import { FileSource } from '../../../../models/batch/stream/file-source.js';
import { FileSink } from '../../../../models/batch/stream/output-lines.js';
import { RedisSource, readRedisAddress } from '../../../../models/batch/stream/redis-source.js';
import { openModel } from '../../../../models/sources/index.js';
import { freePort } from '../../../../processes/network-ports.js';
import { eventually } from '../../../support/eventually.js';
import { type RedisServer, startRedisServer } from '../../../support/redis-server.js';
import { manifestOf, SERVERS } from '../../sources/external-world.js';
import { idsOf, records, streamWorld, upTo } from './stream-fixture.js';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedisServer();
}, 240_000);
afterAll(() => redis?.close());

/** A network before a port. While it is cut nobody is let in, and who was in is out. */
async function networkTo(port: number) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const other = connect(port, '127.0.0.1');
    for (const one of [socket, other]) {
      sockets.add(one);
      one.on('error', () => undefined);
    }
    socket.pipe(other).pipe(socket);
  });
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const own = await listen(0);
  onTestFinished(cut);
  return { port: own, cut, mend: () => listen(own) };
}

/** A model 2 a + b behind a server, reached over a network that can be cut. */
async function servedModel() {
  const port = await freePort();
  const env = { ...process.env, MILLRACE_PORT: String(port) };
  const child = spawn('python3', [join(SERVERS, 'linear.py')], { env, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await eventually(async () =>
    expect((await fetch(`http://127.0.0.1:${port}/ping`)).ok).toBe(true),
  );
  const network = await networkTo(port);
  const place = { kind: 'url', url: `http://127.0.0.1:${network.port}` } as const;
  const artifacts = { localPath: () => Promise.reject(new Error('it has no graph')) };
  const model = await openModel({ artifacts }, manifestOf({ place }), { name: 'version 1 of far' });
  return { model, network };
}

const patient = (said: string[]) => ({ longestMs: 60_000, say: (text: string) => said.push(text) });

test('a broker that is away is waited for: it is said once, and no record is lost or twice', async () => {
  const world = await streamWorld();
  const network = await networkTo(redis.port);
  const url = `redis://127.0.0.1:${network.port}/cut?group=scoring`;
  const source = new RedisSource(readRedisAddress(url), false);
  const add = async (from: number, to: number) => {
    for (let id = from; id < to; id += 1) {
      await redis.send('XADD', 'cut', '*', 'record', JSON.stringify({ id, a: id, b: id }));
    }
  };
  const said: string[] = [];
  const stop = new AbortController();
  await add(0, 15);
  const running = world.run(source, { outages: patient(said) }, stop.signal);
  await eventually(async () => expect(idsOf(world.lines())).toEqual(upTo(15)));
  network.cut();
  await eventually(async () => expect(said).toHaveLength(1));
  await add(15, 40);
  await network.mend();
  await eventually(async () => expect(idsOf(world.lines())).toEqual(upTo(40)));
  stop.abort();
  await running;
  expect(said).toEqual([
    expect.stringMatching(/^the broker of redis:.* failed: .*; it is waited for, up to 1m, /),
    expect.stringMatching(/^it is back after \d+ s: the stream goes on where it was$/),
  ]);
  const pending = (await redis.send('XPENDING', 'cut', 'scoring')) as readonly unknown[];
  expect(pending[0]).toBe(0);
});

test('a server of the model that is away is waited for, and each record keeps its prediction id', async () => {
  const { model, network } = await servedModel();
  const version = async () => ({ version: 1, model });
  const world = await streamWorld();
  writeFileSync(world.at('in.ndjson'), records(0, 25));
  const source = () => new FileSource({ path: world.at('in.ndjson'), untilEnd: true });
  const said: string[] = [];
  network.cut();
  const running = world.run(source(), { version, outages: patient(said) });
  await eventually(async () => expect(said).toHaveLength(1));
  await network.mend();
  expect(await running).toMatchObject({ records: 25, written: 25, bad: 0 });
  expect(said[0]).toMatch(/^the server of version 1 of far cannot be reached/);
  expect(idsOf(world.lines())).toEqual(upTo(25));
  // As without the outage.
  await world.run(source(), {
    version,
    checkpointFile: world.at('other.json'),
    sink: new FileSink(world.at('other.ndjson')),
  });
  expect(readFileSync(world.at('other.ndjson'), 'utf8')).toBe(
    readFileSync(world.at('out.ndjson'), 'utf8'),
  );
});

test('what is away longer ends the stream, and what waiting does not mend ends it at once', async () => {
  const { model, network } = await servedModel();
  const world = await streamWorld();
  const said: string[] = [];
  const say = (text: string) => said.push(text);
  const run = (version: () => Promise<{ version: number; model: typeof model }>, ms: number) => {
    writeFileSync(world.at('in.ndjson'), records(0, 3));
    const source = new FileSource({ path: world.at('in.ndjson'), untilEnd: true });
    return world.run(source, { version, outages: { longestMs: ms, say } });
  };
  const gone = new MillraceError('NotFound', 'model rentals has no champion');
  await expect(run(() => Promise.reject(gone), 60_000)).rejects.toBe(gone);
  expect(said).toEqual([]);
  network.cut();
  const asked = async () => ({ version: 1, model });
  await expect(run(asked, 300)).rejects.toMatchObject({ type: 'ServiceUnavailable' });
  expect(said).toEqual([expect.stringContaining('it is waited for, up to 300ms')]);
  await expect(run(asked, 0)).rejects.toMatchObject({ type: 'ServiceUnavailable' });
  expect(said).toHaveLength(1);
});
