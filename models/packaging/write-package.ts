import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MillraceError } from '../../contracts/index.js';
import { replaceFile, temporaryPathBeside } from '../../storage/durable-file.js';
import type { Package, PackageEntry } from './export-package.js';
import { MANIFEST_FILE, manifestText } from './package-manifest.js';

/**
 * Writes a package as a directory: all of it or nothing.
 *
 * @param directory - made; it may be there when it is empty
 * @throws MillraceError `InvalidInput` when something is in the way
 */
export async function writePackageDirectory(directory: string, made: Package): Promise<void> {
  await refuseFilled(directory);
  await mkdir(dirname(directory), { recursive: true });
  const temporary = temporaryPathBeside(directory);
  try {
    await mkdir(temporary);
    await writeFile(join(temporary, MANIFEST_FILE), manifestText(made.manifest));
    for (const entry of made.entries) {
      const path = join(temporary, entry.path);
      await mkdir(dirname(path), { recursive: true });
      if ('path' in entry.content) await copyFile(entry.content.path, path);
      else await writeFile(path, entry.content.bytes);
    }
    await rename(temporary, directory);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Writes a package as one tar: the manifest first, then the files by path, without times, owners or
 * anything else that is not their content, so that equal packages are equal to the last bit.
 */
export async function writePackageTar(file: string, made: Package): Promise<void> {
  const { pack } = await import('tar-stream');
  await mkdir(dirname(file), { recursive: true });
  await replaceFile(file, async (temporary) => {
    const archive = pack();
    const written = pipeline(archive, createWriteStream(temporary, { flags: 'wx' }));
    const add = async (path: string, size: number, chunks: AsyncIterable<Uint8Array>) => {
      const entry = archive.entry({ ...HEADER, name: path, size });
      await pipeline(chunks, entry);
    };
    const filled = (async () => {
      const manifest = new TextEncoder().encode(manifestText(made.manifest));
      await add(MANIFEST_FILE, manifest.length, once(manifest));
      for (const entry of made.entries) await add(entry.path, entry.bytes, chunksOf(entry));
      archive.finalize();
    })();
    filled.catch((error: Error) => archive.destroy(error));
    await Promise.all([filled, written]);
  });
}

const HEADER = {
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  uname: '',
  gname: '',
  mtime: new Date(0),
} as const;

function chunksOf({ content }: PackageEntry): AsyncIterable<Uint8Array> {
  return 'path' in content ? createReadStream(content.path) : once(content.bytes);
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

async function refuseFilled(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => null);
  if (found === null) return;
  if (found.isDirectory() && (await readdir(directory)).length === 0) return;
  throw new MillraceError(
    'InvalidInput',
    `${directory} is there already`,
    'name a directory that is not there or is empty, or a file that ends in .tar',
  );
}
