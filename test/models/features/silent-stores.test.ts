import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RedisSource, readRedisAddress } from '../../../models/batch/stream/redis-source.js';
import { openPostgresStore } from '../../../models/features/online/postgres-store.js';
import { openRedisStore } from '../../../models/features/online/redis-store.js';

/** Stands for a server behind a network that swallows what is sent while `isSilent`. */
async function swallowingNetwork() {
  const network = { isSilent: false, connections: 0, port: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    network.connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      if (network.isSilent) return;
      // Commands come as lists of texts.
      for (const command of chunk
        .toString()
        .split(/^\*\d+\r\n/m)
        .slice(1)) {
        const keys = /^\$4\r\nMGET/.test(command) ? (command.match(/\$/g) ?? []).length - 1 : 0;
        socket.write(keys === 0 ? '+OK\r\n' : `*${keys}\r\n${'$-1\r\n'.repeat(keys)}`);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  network.port = (server.address() as AddressInfo).port;
  return network;
}

/** Lets everybody in, and then says nothing. */
async function silentPostgres(): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    // Authentication is done, and the server is ready.
    socket.once('data', () =>
      socket.write(Buffer.from('520000000800000000' + '5a0000000549', 'hex')),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

it('a Postgres that lets in and says nothing is not waited for as an online store', async () => {
  const url = `postgres://somebody:secret@127.0.0.1:${await silentPostgres()}/features`;
  const store = openPostgresStore(url, 'postgres://here', 300);
  await expect(store.get([{ table: 'rides/1', entity: 'a' }])).rejects.toMatchObject({
    type: 'ServiceUnavailable',
    message: expect.stringContaining('postgres://here does not answer'),
  });
  await store.close();
});

describe('a Redis that says nothing any more, over a connection that looks well', () => {
  it('is asked over another one as an online store', async () => {
    const network = await swallowingNetwork();
    const store = openRedisStore(`redis://127.0.0.1:${network.port}`, 'redis://here', 1_000);
    onTestFinished(() => store.close());
    const keys = [{ table: 'rides/1', entity: 'a' }];
    expect(await store.get(keys)).toEqual([null]);
    network.isSilent = true;
    const asked = [store.get(keys), store.get(keys)].map((answer) =>
      answer.catch((error: unknown) => error),
    );
    for (const error of await Promise.all(asked)) {
      expect(error).toMatchObject({
        type: 'ServiceUnavailable',
        message: expect.stringContaining('redis://here does not answer'),
      });
    }
    network.isSilent = false;
    expect(await store.get(keys)).toEqual([null]);
    expect(network.connections).toBe(2);
  });

  it('is not waited for as a broker', async () => {
    const network = await swallowingNetwork();
    const url = `redis://127.0.0.1:${network.port}/orders?group=scoring`;
    const source = new RedisSource(readRedisAddress(url), false, 100);
    onTestFinished(() => source.close());
    await source.open(null);
    network.isSilent = true;
    await expect(source.next(10, new AbortController().signal)).rejects.toMatchObject({
      type: 'ServiceUnavailable',
      message: expect.stringContaining('no answer within 100 ms'),
    });
  });
});
