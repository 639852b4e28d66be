import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pack } from 'tar-stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { gatherPackage } from '../../../models/packaging/export-package.js';
import { importPackage, storePackage } from '../../../models/packaging/import-package.js';
import {
  manifestText,
  type PackageManifest,
  readManifest,
} from '../../../models/packaging/package-manifest.js';
import { readPackage } from '../../../models/packaging/read-package.js';
import { writePackageTar } from '../../../models/packaging/write-package.js';
import { fc } from '../../support/property.js';
import { createWorld, sharedWorld, type World } from '../serving/serving-fixture.js';
import { registeredVersion, scratchDirectory } from './packaged-world.js';

type Entry = Parameters<ReturnType<typeof pack>['entry']>[0] & { readonly content?: string };

let whole: Buffer;
let hash: string;
let manifest: PackageManifest;
let elsewhere: World;
let files: ReadonlyMap<string, string>;

sharedWorld(async (cleanUp) => {
  const { ports, record } = await registeredVersion({ cleanUp });
  const directory = await scratchDirectory(cleanUp);
  const tar = join(directory, 'whole.tar');
  await writePackageTar(tar, await gatherPackage(ports, record));
  whole = await readFile(tar);
  const scratch = join(directory, 'scratch');
  await mkdir(scratch);
  const read = await readPackage(tar, scratch);
  ({ manifest, files, hash } = read);
  elsewhere = await createWorld(cleanUp);
});

async function tarFile(content: Uint8Array): Promise<string> {
  const file = join(await scratchDirectory(), 'package.tar');
  await writeFile(file, content);
  return file;
}

async function tarOf(entries: readonly Entry[]): Promise<string> {
  const archive = pack();
  for (const { content, ...header } of entries) archive.entry(header, content ?? '');
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as unknown as AsyncIterable<Buffer>) chunks.push(chunk);
  return tarFile(Buffer.concat(chunks));
}

const read = async (path: string, limits?: { bytes: number; files: number }) =>
  readPackage(path, await scratchDirectory(), limits);

describe('an archive that would do harm is refused, and nothing is written beside it', () => {
  const own: Entry = { name: 'manifest.json', content: '{}' };
  const attacks: readonly (readonly [string, readonly Entry[], RegExp])[] = [
    ['a name that climbs', [{ name: '../outside.txt', content: 'x' }], /leads out of it/],
    [
      'a name that climbs later',
      [{ name: 'a/../../outside.txt', content: 'x' }],
      /leads out of it/,
    ],
    ['an absolute name', [{ name: '/tmp/outside.txt', content: 'x' }], /leads out of it/],
    ['a drive', [{ name: 'C:outside.txt', content: 'x' }], /leads out of it/],
    ['a backslash', [{ name: '..\\outside.txt', content: 'x' }], /leads out of it/],
    ['a control character', [{ name: 'a\u0001b', content: 'x' }], /cannot be that of a file/],
    [
      'a symbolic link',
      [{ name: 'link', type: 'symlink', linkname: '/etc/passwd' }],
      /is a symlink: only files/,
    ],
    ['a hard link', [own, { name: 'link', type: 'link', linkname: 'manifest.json' }], /is a link/],
    ['a device', [{ name: 'null', type: 'character-device' }], /is a character-device/],
    ['a pipe', [{ name: 'pipe', type: 'fifo' }], /is a fifo/],
    ['a name twice', [own, own], /"manifest.json" is in it twice/],
    ['names that differ by case', [own, { name: 'MANIFEST.json', content: 'x' }], /twice/],
    ['no manifest', [{ name: 'model.onnx', content: 'x' }], /it has no manifest.json/],
    ['a manifest that is no JSON', [{ ...own, content: 'no' }], /manifest.json is not JSON/],
    ['an empty manifest', [own], /manifest.json: format/],
    [
      'a later format',
      [{ ...own, content: '{"format":"millrace-package/2"}' }],
      /its format is millrace-package\/2, and this release reads millrace-package\/1/,
    ],
  ];
  it.each(attacks)('%s', async (_, entries, message) => {
    const file = await tarOf(entries);
    const scratch = await scratchDirectory();
    await expect(readPackage(file, scratch)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(message),
    });
    expect(existsSync(join(dirname(scratch), 'outside.txt'))).toBe(false);
    expect((await readdir(scratch)).every((name) => /^\d+$/.test(name))).toBe(true);
  });

  it('a link in a directory', async () => {
    const directory = await scratchDirectory();
    await writeFile(join(directory, 'manifest.json'), manifestText(manifest));
    await symlink('/etc/passwd', join(directory, 'model.onnx'));
    await expect(read(directory)).rejects.toThrow(/model.onnx is neither a file nor a directory/);
  });

  it('more than the limits allow, by what the archive says before it is read', async () => {
    const file = await tarFile(whole);
    await expect(read(file, { bytes: 1_000, files: 100 })).rejects.toThrow(/it is too large/);
    await expect(read(file, { bytes: 1e9, files: 3 })).rejects.toThrow(/too many files/);
  });
});

describe('a package that is not as it was exported is refused', () => {
  it('one that is cut short, wherever', async () => {
    for (const bytes of [0, 100, 511, 512, 5_000, whole.length - 1_024, whole.length - 1]) {
      const file = await tarFile(whole.subarray(0, bytes));
      await expect(read(file)).rejects.toMatchObject({ type: 'InvalidInput' });
    }
  });

  it('any byte changed: it is refused, or it is another package by its hash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1_025 }), async (at) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ 0x01;
        const outcome = await read(await tarFile(changed)).catch(
          (error: { type?: string }) => error,
        );
        if (!('manifest' in outcome)) expect(outcome.type).toBe('InvalidInput');
        // What a tar says besides names, kinds, sizes and content is not looked at.
        else if (outcome.hash === hash) expect(outcome.manifest).toEqual(manifest);
        else expect(outcome.manifest).not.toEqual(manifest);
      }),
      { numRuns: 60 },
    );
  });

  it('a file more, a file less, another one', async () => {
    const entriesOf = async (over: Readonly<Record<string, string | null>>) => {
      const entries: Entry[] = [{ name: 'manifest.json', content: manifestText(manifest) }];
      for (const [name, path] of files) {
        const content = name in over ? over[name] : await readFile(path, 'utf8');
        if (content !== null && content !== undefined && name !== 'model.onnx') {
          entries.push({ name, content });
        }
      }
      return entries;
    };
    const more: Entry = { name: 'run.sh', content: 'echo' };
    await expect(read(await tarOf(await entriesOf({})))).rejects.toThrow(/model.onnx is missing/);
    await expect(read(await tarOf(await entriesOf({ 'card.json': '{}' })))).rejects.toThrow(
      /card.json is not what manifest.json says/,
    );
    const directory = await scratchDirectory();
    for (const [name, path] of files) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), await readFile(path));
    }
    await writeFile(join(directory, 'manifest.json'), manifestText(manifest));
    expect((await read(directory)).manifest).toEqual(manifest);
    await writeFile(join(directory, String(more.name)), 'echo');
    await expect(read(directory)).rejects.toThrow(/run.sh is in it, but not in manifest.json/);
  });

  it('a manifest that is written otherwise: one package has one hash', () => {
    expect(() => readManifest(JSON.stringify(manifest, null, 2))).toThrow(/canonical form/);
    expect(readManifest(manifestText(manifest))).toEqual(manifest);
  });

  it('a graph that does not answer its example', async () => {
    const fixture = new URL('../../fixtures/onnx/linear-plus-1000.onnx', import.meta.url);
    const other = await readFile(fixture);
    const onnx = { bytes: other, path: 'model.onnx' };
    const forged = await forge({ 'model.onnx': onnx.bytes });
    await expect(importForged(forged)).rejects.toThrow(/does not answer its example: row 0/);
  });

  it('files that do not belong together', async () => {
    const forged = await forge({ 'example.json': Buffer.from('{}') });
    await expect(importForged(forged)).rejects.toThrow(
      /example.json is not the one that its version was registered with/,
    );
  });
});

/** A package with files replaced and every hash made to fit, as an attacker would make it. */
async function forge(over: Readonly<Record<string, Buffer>>): Promise<string> {
  const directory = await scratchDirectory();
  const contents = new Map<string, Buffer>();
  for (const [name, path] of files) contents.set(name, over[name] ?? (await readFile(path)));
  const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
  if (over['model.onnx'] !== undefined) {
    const digest = sha256(over['model.onnx']);
    const ref = {
      uri: `artifact:sha256/${digest}`,
      sha256: digest,
      bytes: over['model.onnx'].length,
    };
    const model = JSON.parse(String(contents.get('model.json')));
    model.onnx = { ...model.onnx, ...ref };
    const modelText = Buffer.from(JSON.stringify(model));
    contents.set('model.json', modelText);
    const version = JSON.parse(String(contents.get('version.json')));
    const own = sha256(modelText);
    version.manifest = {
      ...version.manifest,
      uri: `artifact:sha256/${own}`,
      sha256: own,
      bytes: modelText.length,
    };
    contents.set('version.json', Buffer.from(JSON.stringify(version)));
  }
  const forged = {
    ...manifest,
    files: manifest.files.map((file) => {
      const content = contents.get(file.path) ?? Buffer.alloc(0);
      return { ...file, sha256: sha256(content), bytes: content.length };
    }),
  };
  for (const [name, content] of contents) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
  await writeFile(join(directory, 'manifest.json'), manifestText(forged));
  return directory;
}

async function importForged(directory: string) {
  const found = await readPackage(directory, await scratchDirectory());
  return importPackage(elsewhere, {
    manifest: await storePackage(elsewhere.artifacts, found),
    model: 'bikes',
    baseDirectory: '/',
    actor: 'user:mallory',
  });
}

beforeAll(() => expect(whole.length).toBeGreaterThan(10_000));
