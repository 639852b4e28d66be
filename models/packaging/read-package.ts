import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, open, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MillraceError } from '../../contracts/index.js';
import { EntryNames } from './entry-name.js';
import {
  MANIFEST_BYTES,
  MANIFEST_FILE,
  type PackageManifest,
  packageHash,
  readManifest,
  refused,
} from './package-manifest.js';

export interface PackageLimits {
  /** Of all files together. */
  readonly bytes: number;
  readonly files: number;
}

const LIMITS: PackageLimits = { bytes: 8 * 2 ** 30, files: 1_000 };

export interface VerifiedPackage {
  readonly manifest: PackageManifest;
  readonly hash: string;
  /** Path in the package → where its content lies, verified. */
  readonly files: ReadonlyMap<string, string>;
}

interface FoundFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Reads a package that anybody may have made, and believes nothing of it that it has not checked:
 * names stay inside, kinds of entries are files and directories, sizes are within limits, and every
 * file has the hash that the manifest says.
 *
 * @param path - a directory or a tar
 * @param scratch - an empty directory: files of a tar go there under names of our own
 * @throws MillraceError `InvalidInput` with what is wrong
 */
export async function readPackage(
  path: string,
  scratch: string,
  limits: PackageLimits = LIMITS,
): Promise<VerifiedPackage> {
  const found = await stat(path).catch(() => null);
  if (found === null) {
    throw new MillraceError('InvalidInput', `there is no package ${path}`, 'check the path');
  }
  const files = found.isDirectory()
    ? await readDirectory(path, limits)
    : await readTar(path, scratch, limits);
  return verify(files);
}

async function verify(files: ReadonlyMap<string, FoundFile>): Promise<VerifiedPackage> {
  const own = files.get(MANIFEST_FILE);
  if (own === undefined) throw refused(`it has no ${MANIFEST_FILE}`);
  if (own.bytes > MANIFEST_BYTES) throw refused(`${MANIFEST_FILE} is too large`);
  const manifest = readManifest(await readFile(own.path, 'utf8'));
  const names = new EntryNames();
  const verified = new Map<string, string>();
  for (const { path, sha256, bytes } of manifest.files) {
    if (names.take(path) !== path || path === MANIFEST_FILE) {
      throw refused(`${MANIFEST_FILE} names ${JSON.stringify(path)}`);
    }
    const file = files.get(path);
    if (file === undefined) throw refused(`${path} is missing`);
    if (file.bytes !== bytes || file.sha256 !== sha256) {
      throw refused(`${path} is not what ${MANIFEST_FILE} says: its sha256 is ${file.sha256}`);
    }
    verified.set(path, file.path);
  }
  for (const path of files.keys()) {
    if (path !== MANIFEST_FILE && !verified.has(path)) {
      throw refused(`${path} is in it, but not in ${MANIFEST_FILE}`);
    }
  }
  return { manifest, hash: packageHash(manifest), files: verified };
}

async function readDirectory(
  root: string,
  limits: PackageLimits,
): Promise<ReadonlyMap<string, FoundFile>> {
  const names = new EntryNames();
  const budget = new Budget(limits);
  const files = new Map<string, FoundFile>();
  const walk = async (directory: string): Promise<void> => {
    for (const name of (await readdir(directory)).sort()) {
      const path = join(directory, name);
      const inside = names.take(relative(root, path).split(sep).join('/')) ?? name;
      const found = await lstat(path);
      if (found.isDirectory()) {
        await walk(path);
        continue;
      }
      if (!found.isFile()) throw refused(`${inside} is neither a file nor a directory`);
      budget.take(inside, found.size);
      const hash = createHash('sha256');
      await pipeline(createReadStream(path), hash);
      files.set(inside, { path, sha256: hash.digest('hex'), bytes: found.size });
    }
  };
  await walk(root);
  return files;
}

/** Two blocks of zeros end a tar. */
const END_BYTES = 1_024;
const BLOCK_BYTES = 512;

async function readTar(
  file: string,
  scratch: string,
  limits: PackageLimits,
): Promise<ReadonlyMap<string, FoundFile>> {
  await requireWhole(file);
  const { extract } = await import('tar-stream');
  const names = new EntryNames();
  const budget = new Budget(limits);
  const files = new Map<string, FoundFile>();
  const archive = extract();
  const reading = pipeline(createReadStream(file), archive);
  // What the loop below meets first is what is told.
  reading.catch(() => undefined);
  try {
    for await (const entry of archive) {
      const { name, type, size = 0 } = entry.header;
      const inside = names.take(name);
      if (type === 'directory') {
        entry.resume();
        continue;
      }
      if (type !== 'file' && type !== 'contiguous-file') {
        throw refused(`${JSON.stringify(name)} is a ${type}: only files are taken`);
      }
      if (inside === null) throw refused('a file in it has no name');
      budget.take(inside, size);
      const path = join(scratch, String(files.size));
      // Its types leave out that it can be iterated.
      const chunks = entry as unknown as AsyncIterable<Uint8Array>;
      files.set(inside, { path, ...(await keep(chunks, path)) });
    }
    await reading;
  } catch (error) {
    archive.destroy();
    if (error instanceof MillraceError) throw error;
    throw refused(error instanceof Error ? error.message : String(error), { cause: error });
  }
  return files;
}

async function keep(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
): Promise<Omit<FoundFile, 'path'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(
    chunks,
    async function* counted(all: AsyncIterable<Uint8Array>) {
      for await (const chunk of all) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(path, { flags: 'wx' }),
  );
  return { sha256: hash.digest('hex'), bytes };
}

/** A tar that was cut short may end between two files, where no reader notices. */
async function requireWhole(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const start = Buffer.alloc(2);
    await handle.read(start, 0, 2, 0);
    if (start[0] === 0x1f && start[1] === 0x8b) {
      throw refused('it is compressed: unpack it with gunzip first');
    }
    const end = Buffer.alloc(END_BYTES, 1);
    if (size >= END_BYTES) await handle.read(end, 0, END_BYTES, size - END_BYTES);
    if (size % BLOCK_BYTES !== 0 || end.some((byte) => byte !== 0)) {
      throw refused('it is no whole tar: its end is missing');
    }
  } finally {
    await handle.close();
  }
}

/** What a package may still take of the disk. */
class Budget {
  #bytes: number;
  #files: number;

  constructor({ bytes, files }: PackageLimits) {
    this.#bytes = bytes;
    this.#files = files;
  }

  take(name: string, bytes: number): void {
    this.#bytes -= bytes;
    this.#files -= 1;
    if (this.#bytes < 0) throw refused(`it is too large: ${name} has ${bytes} bytes`);
    if (this.#files < 0) throw refused('it has too many files');
  }
}
