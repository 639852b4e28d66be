import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  type FileHandle,
  open,
  readFile,
  rename,
  rm,
  stat,
  unlink,
  utimes,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type ArtifactRef,
  artifactUri,
  canonicalJson,
  isArtifactRef,
  isMillraceError,
  MillraceError,
} from '../../contracts/index.js';
import { makeDirectory, syncDirectory } from '../durable-file.js';
import { incomingName, sweepIncoming } from './incoming.js';
import type { ArtifactStore } from './port.js';
import { createVerifiedFiles } from './verified-files.js';

/** Large enough that hashing, not system calls, is what a copy costs. */
const COPY_CHUNK_BYTES = 1 << 20;

/**
 * An artifact store in a local directory: `sha256/<first two digits>/<hex>`, each file read-only
 * (0444), and `incoming/` for files that are not whole yet.
 *
 * Content is hashed while it is copied into `incoming/`, fsynced, then renamed to the name its digest
 * gives it, and the directories are fsynced. A crash at any point leaves nothing or the whole file
 * under the final name. Several processes may use one directory.
 *
 * @param directory - made when something is first put
 * @returns a store whose `put…` throw `InvalidInput` when the source cannot be read and `Internal`
 * when the directory cannot be written (disk full, not permitted); nothing is left behind then
 * @example
 * const store = createLocalArtifactStore(home.artifactsDir);
 * const ref = await store.putFile('model.onnx', MEDIA_TYPE.onnx);
 * await store.localPath(ref); // …/sha256/3f/3f…, verified
 */
export function createLocalArtifactStore(directory: string): ArtifactStore {
  const incoming = join(directory, 'incoming');
  const verified = createVerifiedFiles();
  let ready: Promise<void> | null = null;

  function pathOf(ref: ArtifactRef): string {
    if (!isArtifactRef(ref)) {
      throw new MillraceError('InvalidInput', `not an artifact reference: ${JSON.stringify(ref)}`);
    }
    return join(directory, 'sha256', ref.sha256.slice(0, 2), ref.sha256);
  }

  function prepare(): Promise<void> {
    ready ??= makeDirectory(incoming)
      .then(() => sweepIncoming(incoming))
      .catch((error: unknown) => {
        ready = null;
        throw error;
      });
    return ready;
  }

  async function put(chunks: AsyncIterable<Uint8Array>, mediaType: string): Promise<ArtifactRef> {
    const temporary = join(incoming, incomingName());
    try {
      await prepare();
      const { sha256, bytes } = await writeHashed(temporary, chunks);
      const ref = { uri: artifactUri(sha256), sha256, bytes, mediaType };
      await settle(temporary, ref);
      return ref;
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw isMillraceError(error) ? error : cannotStore(directory, error);
    }
  }

  async function settle(temporary: string, ref: ArtifactRef): Promise<void> {
    const path = pathOf(ref);
    await makeDirectory(dirname(path));
    // A damaged copy of the same content is healed by the rename, an intact one is kept.
    if ((await verified.check(path, ref)) === null && (await touch(path))) await rm(temporary);
    else await rename(temporary, path);
    await syncDirectory(dirname(path));
  }

  async function verify(ref: ArtifactRef): Promise<string> {
    const path = pathOf(ref);
    const defect = await verified.check(path, ref);
    if (defect !== null) throw corrupt(ref, path, defect);
    return path;
  }

  async function readBytes(ref: ArtifactRef): Promise<Uint8Array> {
    const path = pathOf(ref);
    const content = await readFile(path).catch((error: unknown) => {
      throw corrupt(ref, path, describe(error));
    });
    const sha256 = createHash('sha256').update(content).digest('hex');
    if (sha256 !== ref.sha256) throw corrupt(ref, path, `its content has the digest ${sha256}`);
    if (content.length !== ref.bytes) {
      throw corrupt(ref, path, `it has ${content.length} bytes, the reference says ${ref.bytes}`);
    }
    return content;
  }

  return {
    putFile: (sourcePath, mediaType) => put(readSource(sourcePath), mediaType),
    putBytes: (content, mediaType) => put(once(content), mediaType),
    putJson: async (value, mediaType) => put(once(Buffer.from(canonicalJson(value))), mediaType),
    has: async (ref) => {
      const found = await stat(pathOf(ref)).catch(() => null);
      return found?.isFile() === true && found.size === ref.bytes;
    },
    defect: async (ref, since) => {
      const path = pathOf(ref);
      const found = await stat(path).catch(() => null);
      if (found === null || !found.isFile()) return 'is gone';
      if (found.size !== ref.bytes) return `has ${found.size} bytes now, not ${ref.bytes}`;
      // A change of the content, or of the times themselves, moves ctime on.
      if (Math.max(found.mtimeMs, found.ctimeMs) <= Date.parse(since)) return null;
      const defect = await verified.check(path, ref);
      return defect === null ? null : 'is damaged: its content is another';
    },
    readBytes,
    readJson: async <T>(ref: ArtifactRef) => {
      const text = Buffer.from(await readBytes(ref)).toString('utf8');
      try {
        return JSON.parse(text) as T;
      } catch (error) {
        throw new MillraceError('InvalidInput', `${ref.uri} is not JSON: ${describe(error)}`);
      }
    },
    localPath: verify,
    remove: async (ref) => {
      const path = pathOf(ref);
      try {
        await unlink(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
        throw cannotStore(directory, error);
      }
      await syncDirectory(dirname(path));
      return true;
    },
  };
}

/**
 * Says that the file is needed anew: a collection that began before leaves it. Its access time is
 * what says so, so that nobody takes the content for changed.
 *
 * @returns false where a collection has just taken it away
 */
async function touch(path: string): Promise<boolean> {
  try {
    const { mtime } = await stat(path);
    await utimes(path, new Date(), mtime);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

async function* readSource(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: COPY_CHUNK_BYTES });
  } catch (error) {
    throw new MillraceError(
      'InvalidInput',
      `cannot read ${path}: ${describe(error)}`,
      'check that the file is there and may be read',
      { cause: error },
    );
  }
}

async function writeHashed(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      await writeAll(file, chunk);
      bytes += chunk.length;
    }
    await file.chmod(0o444);
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** One `write` may take less than it is given, on a full disk for one. */
async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    done += (await file.write(chunk, done)).bytesWritten;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function corrupt(ref: ArtifactRef, path: string, defect: string): MillraceError {
  return new MillraceError(
    'ArtifactCorrupt',
    `artifact ${ref.sha256.slice(0, 12)} at ${path}: ${defect}`,
    'run again without the cache the step that made it, or restore the artifact store from a backup; every process of an installation needs the same one',
  );
}

function cannotStore(directory: string, error: unknown): MillraceError {
  const code = (error as NodeJS.ErrnoException).code;
  const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
  return new MillraceError(
    'Internal',
    `cannot write to the artifact store ${directory}: ${describe(error)}`,
    full ? 'free space on that disk' : 'check that the directory may be written',
    { cause: error },
  );
}
