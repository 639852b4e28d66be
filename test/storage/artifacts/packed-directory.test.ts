import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packDirectory, unpackDirectory } from '../../../storage/artifacts/packed-directory.js';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-packed-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A directory with a program, an empty file and one in a directory below. */
async function packed(): Promise<string> {
  const from = join(directory, 'from');
  await mkdir(join(from, 'below', 'empty'), { recursive: true });
  await writeFile(join(from, 'below', 'words.txt'), 'words');
  await writeFile(join(from, 'nothing'), '');
  await writeFile(join(from, 'serve'), '#!/bin/sh\n', { mode: 0o755 });
  const file = join(directory, 'from.tar');
  await packDirectory(from, file);
  return file;
}

describe('a directory in one file', () => {
  it('comes out as it went in; a program may still be run', async () => {
    const to = join(directory, 'to');
    await unpackDirectory(await packed(), to);
    expect((await readdir(to, { recursive: true })).sort()).toEqual(
      ['below', 'below/words.txt', 'nothing', 'serve'].sort(),
    );
    expect(await readFile(join(to, 'below', 'words.txt'), 'utf8')).toBe('words');
    expect(await readFile(join(to, 'nothing'), 'utf8')).toBe('');
    expect((await stat(join(to, 'serve'))).mode & 0o777).toBe(0o755);
    expect((await stat(join(to, 'nothing'))).mode & 0o777).toBe(0o644);
  });

  it('loses no entry when it is read before the place for it is made', async () => {
    // So deep that the file is read long before.
    const to = join(directory, ...Array.from({ length: 400 }, () => 'deep'));
    await unpackDirectory(await packed(), to);
    expect((await readdir(to)).sort()).toEqual(['below', 'nothing', 'serve']);
  });

  it('writes nothing outside of its place', async () => {
    const file = join(directory, 'hostile.tar');
    const archive = pack();
    archive.entry({ name: '../outside' }, 'stolen');
    archive.finalize();
    await pipeline(archive, createWriteStream(file));
    await expect(unpackDirectory(file, join(directory, 'to'))).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('"../outside" leads outside'),
    });
    expect(await readdir(directory)).not.toContain('outside');
  });

  it('that is cut off or missing is an error', async () => {
    const file = await packed();
    await writeFile(file, (await readFile(file)).subarray(0, 700));
    await expect(unpackDirectory(file, join(directory, 'to'))).rejects.toThrow();
    await expect(unpackDirectory(`${file}.gone`, join(directory, 'to'))).rejects.toThrow('ENOENT');
  });
});
