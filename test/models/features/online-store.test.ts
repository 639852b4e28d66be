import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  materializeView,
  type OnlineStore,
  onlineStorePlace,
  onlineTable,
  openOnlineStore,
} from '../../../models/features/index.js';
import { startPostgres, type TestPostgres } from '../../support/postgres.js';
import { type RedisServer, startRedisServer } from '../../support/redis-server.js';
import { featureDirectory, viewOf } from './feature-files.js';

const files = featureDirectory();
let postgres: TestPostgres;
let redis: RedisServer;
const places: Record<string, string> = {};

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedisServer()]);
  places['a file'] = files.path('online/features.db');
  places['Postgres'] = await postgres.newPlace();
  places['Redis'] = `redis://127.0.0.1:${redis.port}`;
}, 120_000);
afterAll(async () => {
  await Promise.all([postgres?.stop(), redis?.close()]);
});

const RIDERS = `
entity: rider_id
timestamp: known_at
source: riders.csv
features: {trips: integer, score: number, home: string, member: boolean}`;

async function known(rows: string): Promise<void> {
  await files.file('riders.csv', `rider_id,known_at,trips,score,home,member\n${rows}\n`);
}

describe.each(['a file', 'Postgres', 'Redis'])('an online store in %s', (kind) => {
  let store: OnlineStore;
  beforeAll(async () => {
    store = await openOnlineStore(places[kind] ?? '');
  });
  afterAll(() => store?.close());

  async function materialized(name: string, rows: string, until: string) {
    await known(rows);
    const definition = viewOf(RIDERS, name);
    const untilMs = Date.parse(`${until}T00:00:00Z`);
    const made = await materializeView(store, { definition, baseDirectory: files.root, untilMs });
    const table = onlineTable(definition);
    const of = async (...riders: readonly string[]) => {
      const found = await store.get(
        riders.map((rider) => ({ table, entity: JSON.stringify([rider]) })),
      );
      return found.map((row) => row?.values ?? null);
    };
    return { made, of, table };
  }

  it('has the latest values of each entity until a time, whatever kinds they are', async () => {
    const { made, of } = await materialized(
      'latest',
      '1,2024-01-01,3,0.1,north,true\n1,2024-01-05,9,0.30000000000000004,,false\n2,2024-01-02,,-1e-300,"ü, ""x""",true\n3,2024-02-01,1,1,later,true',
      '2024-01-31',
    );
    expect(made).toEqual({ entities: 2, written: 2, removed: 0 });
    // In the order of the columns' names: home, member, score, trips.
    expect(await of('1', '2', '3', '1')).toEqual([
      [null, false, 0.30000000000000004, 9],
      ['ü, "x"', true, -1e-300, null],
      null,
      [null, false, 0.30000000000000004, 9],
    ]);
  });

  it('never puts an older row over a newer one, and a corrected row over its like', async () => {
    const newest = '1,2024-01-05,9,1,north,true\n2,2024-01-01,1,1,a,true';
    await materialized('order', newest, '2024-01-31');
    const again = await materialized('order', newest, '2024-01-31');
    expect(again.made).toEqual({ entities: 2, written: 0, removed: 0 });
    const earlier = await materialized(
      'order',
      '1,2024-01-02,5,1,south,true\n2,2024-01-01,7,1,a,true',
      '2024-01-03',
    );
    expect(earlier.made).toEqual({ entities: 2, written: 1, removed: 0 });
    expect(await earlier.of('1', '2')).toEqual([
      ['north', true, 1, 9],
      ['a', true, 1, 7],
    ]);
    const notes = await store.materializations();
    const noted = notes.find(({ table }) => table === earlier.table);
    expect(new Date(noted?.untilMs ?? 0).toISOString()).toBe('2024-01-31T00:00:00.000Z');
  });

  it('ends the same after a materialisation that was broken off', async () => {
    const rows = Array.from(
      { length: 12_000 },
      (_, rider) => `${rider},2024-01-01,${rider},1,x,true`,
    );
    await known(rows.join('\n'));
    const definition = viewOf(RIDERS, 'broken');
    const stop = new AbortController();
    const request = { definition, baseDirectory: files.root, untilMs: Date.UTC(2024, 1) };
    await expect(
      materializeView(store, { ...request, signal: stop.signal, onProgress: () => stop.abort() }),
    ).rejects.toThrow();
    const notes = await store.materializations();
    expect(notes.map(({ table }) => table)).not.toContain(onlineTable(definition));
    const { entities, written } = await materializeView(store, request);
    expect(entities).toBe(12_000);
    expect(written).toBeLessThan(12_000);
    const table = onlineTable(definition);
    const keys = ['0', '11999'].map((rider) => ({ table, entity: JSON.stringify([rider]) }));
    expect((await store.get(keys)).map((row) => row?.values[3])).toEqual([0, 11_999]);
  });

  it('has no row of an entity that the source has no longer, and always one of those that stay', async () => {
    const rider = (id: number) => `${id},2024-01-0${1 + (id % 3)},${id},1,x,true`;
    const riders = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => rider(from + index)).join('\n');
    const first = await materialized('gone', riders(0, 6_000), '2024-01-31');
    await materialized('kept-beside', riders(0, 10), '2024-01-31');
    // Read all the time: those that stay are never away.
    let isDone = false;
    let reads = 0;
    const reading = (async () => {
      while (!isDone) {
        expect(await first.of('1', '999')).not.toContain(null);
        reads += 1;
        await setImmediate();
      }
    })();
    const second = await materialized('gone', riders(0, 1_000), '2024-01-31').finally(() => {
      isDone = true;
    });
    await reading;
    expect(reads).toBeGreaterThan(0);
    expect(second.made).toEqual({ entities: 1_000, written: 0, removed: 5_000 });
    expect(await second.of('999', '1000', '5999')).toEqual([['x', true, 1, 999], null, null]);
    const beside = await materialized('kept-beside', riders(0, 10), '2024-01-31');
    expect(beside.made).toEqual({ entities: 10, written: 0, removed: 0 });
  });

  it('keeps rows that are later than what is materialised, and all where the source is empty', async () => {
    const both = '1,2024-01-01,1,1,x,true\n2,2024-01-20,2,1,x,true';
    await materialized('later', both, '2024-01-31');
    const earlier = await materialized('later', '1,2024-01-01,1,1,x,true', '2024-01-10');
    expect(earlier.made).toEqual({ entities: 1, written: 0, removed: 0 });
    const empty = await materialized('later', '9,2024-03-01,1,1,x,true', '2024-01-31');
    expect(empty.made).toEqual({ entities: 0, written: 0, removed: 0 });
    expect(await empty.of('1', '2')).not.toContain(null);
  });

  it('keeps rows of a changed definition apart from those of the earlier one', async () => {
    await materialized('changed', '1,2024-01-01,3,1,north,true', '2024-01-31');
    const changed = viewOf(`${RIDERS}\nttl: 7d`, 'changed');
    expect(await store.get([{ table: onlineTable(changed), entity: '["1"]' }])).toEqual([null]);
  });

  it('takes writers at the same time', async () => {
    const table = 'racing/0';
    const rows = (atMs: number) =>
      Array.from({ length: 500 }, (_, rider) => ({ entity: `["${rider}"]`, atMs, values: [atMs] }));
    await Promise.all([3, 1, 4, 2].map((atMs) => store.put(table, rows(atMs))));
    const found = await store.get(rows(0).map(({ entity }) => ({ table, entity })));
    expect(new Set(found.map((row) => row?.atMs))).toEqual(new Set([4]));
  });
});

describe('a Redis that features are in', () => {
  const DAY_MS = 86_400_000;

  /** How long the row of the only rider is kept, in days; `null`: for ever. */
  async function keptDays(name: string, ttl: string): Promise<number | null> {
    const store = await openOnlineStore(places['Redis'] ?? '');
    try {
      await known('1,2024-01-01,3,0.1,north,true');
      const definition = viewOf(`${RIDERS}${ttl}`, name);
      const request = { definition, baseDirectory: files.root, untilMs: Date.UTC(2024, 1) };
      await materializeView(store, request);
      const key = `millrace:features:${onlineTable(definition)}:["1"]`;
      const keptMs = Number(await redis.send('PTTL', key));
      return keptMs === -1 ? null : Math.ceil(keptMs / DAY_MS);
    } finally {
      await store.close();
    }
  }

  it('is not filled with entities that come no more, where their rows are good for a time', async () => {
    expect(await keptDays('for-ever', '')).toBeNull();
    expect(await keptDays('for-a-month', '\nttl: 30d')).toBe(60);
    // History may be served for a while.
    expect(await keptDays('for-an-hour', '\nttl: 1h')).toBe(7);
  });
});

describe('a Redis that others use too', () => {
  /** How many SCAN of the whole database there were so far. */
  async function scans(): Promise<number> {
    const stats = String(await redis.send('INFO', 'commandstats'));
    return Number(/cmdstat_scan:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  }

  async function materialized(rows: string) {
    const store = await openOnlineStore(places['Redis'] ?? '');
    try {
      await known(rows);
      const request = { baseDirectory: files.root, untilMs: Date.UTC(2024, 1) };
      return await materializeView(store, { definition: viewOf(RIDERS, 'listed'), ...request });
    } finally {
      await store.close();
    }
  }

  it('is not looked through for what is ours, but for once where there is no list yet', async () => {
    const three = '1,2024-01-01,1,1,x,true\n2,2024-01-01,1,1,x,true\n3,2024-01-01,1,1,x,true';
    const one = '3,2024-01-01,1,1,x,true';
    await materialized(three);
    const before = await scans();
    expect(await materialized(three)).toMatchObject({ entities: 3, removed: 0 });
    expect(await materialized(one)).toMatchObject({ entities: 1, removed: 2 });
    expect(await scans()).toBe(before);
    const list = `millrace:entities:${onlineTable(viewOf(RIDERS, 'listed'))}`;
    expect(await redis.send('SCARD', list)).toBe(2);

    // As an earlier millrace left it, or a Redis that was short of memory.
    await materialized(three);
    await redis.send('DEL', list);
    expect(await materialized(one)).toMatchObject({ entities: 1, removed: 2 });
    expect(await scans()).toBeGreaterThan(before);
  });
});

describe('the place of the online store', () => {
  it('is a file of the state directory, or what the environment names', () => {
    const home = { root: '/srv/.millrace' };
    expect(onlineStorePlace(home, {})).toBe('/srv/.millrace/features/online.db');
    const url = 'redis://user:secret@host:6379/0';
    expect(onlineStorePlace(home, { MILLRACE_ONLINE_STORE: url })).toBe(url);
    expect(() => onlineStorePlace(home, { MILLRACE_ONLINE_STORE: 'mysql://u:secret@h/d' })).toThrow(
      /^(?!.*secret).*neither the URL/,
    );
  });

  it.each(['redis://:secret@127.0.0.1:1/0', 'postgres://u:secret@127.0.0.1:1/d'])(
    'says which store does not answer, without its password: %s',
    async (url) => {
      const store = await openOnlineStore(url);
      await expect(store.get([{ table: 't', entity: 'e' }])).rejects.toMatchObject({
        type: 'ServiceUnavailable',
        message: expect.not.stringContaining('secret'),
      });
      await store.close();
    },
  );
});
