import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { ResultCache } from '../../backtest/stores/result-cache.js';
import { MEDIA_TYPE } from '../../contracts/index.js';
import { Turns } from '../../processes/turns.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';

const KEY = 'ab12';
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-results-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

const open = () =>
  new ResultCache(
    join(directory, 'results'),
    createLocalArtifactStore(join(directory, 'artifacts')),
  );
const nothing = () => [];

it('makes a result once, for all who ask, now and in a later process', async () => {
  let made = 0;
  const make = async () => {
    made += 1;
    return { answer: 42 };
  };
  const cache = open();
  const [one, two] = await Promise.all([
    cache.get(KEY, nothing, make, true),
    cache.get(KEY, nothing, make, true),
  ]);
  expect(two).toBe(one);
  expect(cache.counts).toEqual({ made: 1, found: 1 });
  const later = open();
  expect(await later.get(KEY, nothing, make, true)).toEqual(one);
  expect(made).toBe(1);
  expect(later.counts).toEqual({ made: 0, found: 1 });
});

it('makes again what was broken off, damaged, or has lost an artifact', async () => {
  await expect(
    open().get(KEY, nothing, () => Promise.reject(new Error('interrupted')), true),
  ).rejects.toThrow('interrupted');
  expect((await open().get(KEY, nothing, async () => 1, true)).value).toBe(1);
  const [file = ''] = await readdir(join(directory, 'results', 'ab'));
  await writeFile(join(directory, 'results', 'ab', file), '{"format":1,"val');
  expect((await open().get(KEY, nothing, async () => 2, true)).value).toBe(2);
  const store = createLocalArtifactStore(join(directory, 'artifacts'));
  const ref = await store.putJson({ a: 1 }, MEDIA_TYPE.json);
  await rm(await store.localPath(ref));
  expect(
    (
      await open().get(
        KEY,
        () => [ref],
        async () => 3,
        true,
      )
    ).value,
  ).toBe(3);
});

it('lets so many work at a time, and the next when one has ended or failed', async () => {
  const turns = new Turns(2);
  let running = 0;
  let most = 0;
  const work = async (fails: boolean) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (fails) throw new Error('failed');
  };
  const all = Array.from({ length: 6 }, (_, i) => turns.take(() => work(i % 2 === 0)));
  const ends = await Promise.allSettled(all);
  expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(3);
  expect(most).toBe(2);
});
