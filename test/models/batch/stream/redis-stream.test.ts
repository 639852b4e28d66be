import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StreamSource } from '../../../../models/batch/stream/ports.js';
import { RedisSource, readRedisAddress } from '../../../../models/batch/stream/redis-source.js';
import { eventually } from '../../../support/eventually.js';
import { type RedisServer, startRedisServer } from '../../../support/redis-server.js';
import { BY_SEASON, idsOf, streamWorld, upTo } from './stream-fixture.js';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedisServer();
}, 240_000);
afterAll(() => redis?.close());

let streams = 0;

/** A stream of its own, with what is needed to read it. */
function newStream() {
  streams += 1;
  const name = `orders-${streams}`;
  const address = readRedisAddress(`redis://127.0.0.1:${redis.port}/${name}?group=scoring`);
  return {
    source: (untilEnd = true) => new RedisSource(address, untilEnd),
    add: async (from: number, to: number) => {
      for (let id = from; id < to; id += 1) {
        await redis.send('XADD', name, '*', 'record', JSON.stringify({ id, a: id, b: id }));
      }
    },
    addFields: (...fields: readonly string[]) => redis.send('XADD', name, '*', ...fields),
    pending: async () => Number(((await redis.send('XPENDING', name, 'scoring')) as unknown[])[0]),
  };
}

/** Dies before the source is told that the k-th batch is done: its lines and the checkpoint are there. */
function killedBeforeAcknowledging(source: RedisSource, batch: number): StreamSource {
  let batches = 0;
  return {
    identity: source.identity,
    open: (checkpoint) => source.open(checkpoint),
    next: (most, signal) => source.next(most, signal),
    async done(read) {
      batches += 1;
      if (batches === batch) throw new Error('killed');
      await source.done(read);
    },
    close: () => source.close(),
  };
}

/** Dies with the k-th batch handed out and nothing done with it. */
function killedAfterReading(source: RedisSource, batch: number): StreamSource {
  let batches = 0;
  return {
    identity: source.identity,
    open: (checkpoint) => source.open(checkpoint),
    async next(most, signal) {
      const read = await source.next(most, signal);
      batches += 1;
      if (batches === batch) throw new Error('killed');
      return read;
    },
    done: (read) => source.done(read),
    close: () => source.close(),
  };
}

describe('a stream of Redis', () => {
  test('is predicted for in order, acknowledged, and gone on with', async () => {
    const { run, lines } = await streamWorld();
    const { source, add, pending } = newStream();
    await add(0, 25);
    expect(await run(source())).toMatchObject({ records: 25, written: 25, bad: 0 });
    expect(await pending()).toBe(0);
    await add(25, 30);
    await run(source());
    expect(idsOf(lines())).toEqual(upTo(30));
    expect(lines().map(({ prediction }) => prediction)).toEqual(upTo(30).map((id) => 3 * id));
  });

  test('is waited for', async () => {
    const { run, lines } = await streamWorld();
    const { source, add } = newStream();
    const stop = new AbortController();
    const running = run(source(false), {}, stop.signal);
    await add(0, 3);
    await eventually(async () => expect(idsOf(lines())).toEqual(upTo(3)));
    await add(3, 6);
    await eventually(async () => expect(idsOf(lines())).toEqual(upTo(6)));
    stop.abort();
    await running;
  });

  test.each([
    ['after it had read', killedAfterReading],
    ['before it had acknowledged', killedBeforeAcknowledging],
  ])('killed %s, each entry has one line and none is left', async (_, killed) => {
    const { run, lines } = await streamWorld();
    const { source, add, pending } = newStream();
    await add(0, 35);
    await expect(run(killed(source(), 2))).rejects.toThrow('killed');
    expect(await pending()).toBeGreaterThan(0);
    await run(source());
    expect(idsOf(lines())).toEqual(upTo(35));
    expect(await pending()).toBe(0);
  });

  test('entries of plain fields are read as they are meant', async () => {
    const { run, lines } = await streamWorld();
    const { source, addFields } = newStream();
    await addFields('a', '1.5', 'b', '2', 'name', 'x');
    const names = { phone: '+4912345', zip: '00712', card: '12345678901234567890' };
    await addFields('a', '-1', 'b', '0', ...Object.entries(names).flat());
    await run(source());
    expect(lines()).toMatchObject([
      { a: 1.5, b: 2, name: 'x', prediction: 5 },
      { a: -1, b: 0, ...names, prediction: -2 },
    ]);
  });

  test('and as text where the model takes text, whatever it looks like', async () => {
    const { run, lines } = await streamWorld('seasonal', BY_SEASON);
    const { source, addFields } = newStream();
    for (const season of ['winter', '12', '1.0', 'true'])
      await addFields('season', season, 'n', '1.0');
    await run(source());
    expect(lines()).toMatchObject([
      { season: 'winter', n: 1, prediction: 10 },
      { season: '12', n: 1, prediction: -1 },
      { season: '1.0', n: 1, prediction: -1 },
      { season: 'true', n: 1, prediction: -1 },
    ]);
  });
});

test('a broker that does not answer is a clear end, and the password is in no word of it', async () => {
  const { run } = await streamWorld();
  const address = readRedisAddress('redis://me:hunter22@127.0.0.1:9/orders?group=scoring');
  const ended = await run(new RedisSource(address, true)).catch((error: unknown) => error);
  expect(ended).toMatchObject({ type: 'ServiceUnavailable' });
  expect(JSON.stringify(ended, Object.getOwnPropertyNames(ended))).not.toContain('hunter22');
});

test.each(['redis://127.0.0.1:6379/?group=a', 'redis://127.0.0.1:6379/orders'])(
  '%s names no stream or no group',
  (url) => {
    expect(() => readRedisAddress(url)).toThrow(/names no (stream|group)/);
  },
);
