import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalArtifactStore } from '../../../storage/artifacts/local-store.js';
import type { ArtifactStore } from '../../../storage/artifacts/port.js';

let directory = '';
let root = '';
let store: ArtifactStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace artifacts-'));
  root = join(directory, 'deep', 'artifacts');
  store = createLocalArtifactStore(root);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const content = Buffer.from('some content');
const sha256 = createHash('sha256').update(content).digest('hex');
const TYPE = 'text/plain';

/** Changes a stored file as a broken disk would. */
async function damage(path: string, bytes: Uint8Array): Promise<void> {
  await chmod(path, 0o644);
  await writeFile(path, bytes);
}

describe('putting', () => {
  it('stores by digest, read-only, with the whole reference', async () => {
    const ref = await store.putBytes(content, TYPE);
    expect(ref).toEqual({ uri: `artifact:sha256/${sha256}`, sha256, bytes: 12, mediaType: TYPE });
    const path = join(root, 'sha256', sha256.slice(0, 2), sha256);
    expect(await store.localPath(ref)).toBe(path);
    expect((await stat(path)).mode & 0o777).toBe(0o444);
    expect(await readdir(join(root, 'incoming'))).toEqual([]);
  });

  it('copies a file larger than its buffer and leaves the source alone', async () => {
    const large = randomBytes(3_500_001);
    const source = join(directory, 'large');
    await writeFile(source, large);
    const ref = await store.putFile(source, TYPE);
    expect(ref.sha256).toBe(createHash('sha256').update(large).digest('hex'));
    expect(Buffer.compare(await store.readBytes(ref), large)).toBe(0);
    expect((await stat(source)).size).toBe(large.length);
  });

  it('gives equal JSON one file', async () => {
    const one = await store.putJson({ a: 1, b: [true, null] }, TYPE);
    expect(await store.putJson({ b: [true, null], a: 1 }, TYPE)).toEqual(one);
    expect(await store.readJson(one)).toEqual({ a: 1, b: [true, null] });
  });

  it('takes the same content many times at once, and nothing at all', async () => {
    const refs = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        createLocalArtifactStore(root).putBytes(i % 2 ? content : new Uint8Array(), TYPE),
      ),
    );
    expect(new Set(refs.map((ref) => ref.sha256)).size).toBe(2);
    for (const ref of refs) expect((await store.readBytes(ref)).length).toBe(ref.bytes);
  });

  it('heals a damaged copy of the same content', async () => {
    const ref = await store.putBytes(content, TYPE);
    await damage(await store.localPath(ref), Buffer.from('somE content'));
    await store.putBytes(content, TYPE);
    expect(Buffer.from(await store.readBytes(ref))).toEqual(content);
  });

  it('names a source that cannot be read and leaves nothing behind', async () => {
    await expect(store.putFile(join(directory, 'none'), TYPE)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(join(directory, 'none')),
    });
    await expect(store.putFile(directory, TYPE)).rejects.toMatchObject({ type: 'InvalidInput' });
    expect(await readdir(join(root, 'incoming'))).toEqual([]);
  });

  it('says so when the directory cannot be written', async () => {
    await writeFile(join(directory, 'deep'), 'a file in the way');
    await expect(store.putBytes(content, TYPE)).rejects.toMatchObject({
      type: 'Internal',
      message: expect.stringContaining(`cannot write to the artifact store ${root}`),
    });
    await rm(join(directory, 'deep'));
    expect((await store.putBytes(content, TYPE)).sha256).toBe(sha256);
  });

  it('refuses JSON that would change on the way', async () => {
    await expect(store.putJson({ mae: Number.NaN }, TYPE)).rejects.toThrow(TypeError);
  });
});

describe('reading', () => {
  it.each([
    ['changed', Buffer.from('somE content'), 'its content has the digest'],
    ['cut short', content.subarray(0, 5), '5 bytes'],
  ])('refuses a file that was %s', async (_, bytes, message) => {
    const ref = await store.putBytes(content, TYPE);
    const path = await store.localPath(ref);
    await damage(path, bytes);
    // Even the time of the last change says nothing happened.
    await utimes(path, new Date(0), new Date(0));
    const corrupt = {
      type: 'ArtifactCorrupt',
      message: expect.stringContaining(sha256.slice(0, 12)),
    };
    await expect(store.localPath(ref)).rejects.toMatchObject({
      ...corrupt,
      message: expect.stringContaining(message),
    });
    await expect(store.readBytes(ref)).rejects.toMatchObject(corrupt);
    await expect(store.readJson(ref)).rejects.toMatchObject(corrupt);
  });

  it('refuses a file that is not there, and a reference with another size', async () => {
    const ref = await store.putBytes(content, TYPE);
    for (const lie of [
      { ...ref, bytes: 13 },
      { ...ref, sha256: 'a'.repeat(64), uri: `artifact:sha256/${'a'.repeat(64)}` },
    ]) {
      expect(await store.has(lie)).toBe(false);
      await expect(store.readBytes(lie)).rejects.toMatchObject({ type: 'ArtifactCorrupt' });
      await expect(store.localPath(lie)).rejects.toMatchObject({ type: 'ArtifactCorrupt' });
    }
    expect(await store.has(ref)).toBe(true);
  });

  it.each(['../../etc/passwd', '..', sha256.toUpperCase(), ''])(
    'refuses what is no reference: %j',
    async (digest) => {
      const ref = { uri: `artifact:sha256/${digest}`, sha256: digest, bytes: 1, mediaType: TYPE };
      await expect(store.readBytes(ref)).rejects.toMatchObject({ type: 'InvalidInput' });
      await expect(store.localPath(ref)).rejects.toMatchObject({ type: 'InvalidInput' });
      await expect(store.has(ref)).rejects.toMatchObject({ type: 'InvalidInput' });
    },
  );
});

it('sweeps what dead processes left, not what living ones write', async () => {
  const incoming = join(root, 'incoming');
  await mkdir(incoming, { recursive: true });
  const name = (pid: number, host: string, digit: string) =>
    `${digit.repeat(32)}.${pid}.${host}.part`;
  const dead = name(2 ** 22 + 1, hostname(), 'a');
  const living = name(process.pid, hostname(), 'b');
  const elsewhere = name(1, 'another.host', 'c');
  const forgotten = name(1, 'another.host', 'd');
  for (const file of [dead, living, elsewhere, forgotten]) {
    await writeFile(join(incoming, file), 'half');
  }
  const lastWeek = new Date(Date.now() - 7 * 86_400_000);
  await utimes(join(incoming, forgotten), lastWeek, lastWeek);
  await store.putBytes(content, TYPE);
  expect((await readdir(incoming)).sort()).toEqual([living, elsewhere].sort());
});

it('keeps what it is given unchanged when the source changes later', async () => {
  const source = join(directory, 'source');
  await writeFile(source, content);
  const ref = await store.putFile(source, TYPE);
  await writeFile(source, 'other');
  expect(await readFile(await store.localPath(ref), 'utf8')).toBe('some content');
});
