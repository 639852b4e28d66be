import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { artifactPath } from './needed-digests.js';

/** A file of the artifact store. */
export interface StoredFile {
  readonly sha256: string;
  readonly path: string;
  readonly bytes: number;
  /** When somebody last put or read it: wall clock, ms. */
  readonly neededAtMs: number;
}

const NAME = /^[0-9a-f]{64}$/;

export async function* storedFiles(artifactsDir: string): AsyncGenerator<StoredFile> {
  const root = join(artifactsDir, 'sha256');
  for (const part of [...(await namesIn(root))].sort()) {
    for (const sha256 of await namesIn(join(root, part))) {
      const file = NAME.test(sha256) ? await fileOf(join(root, part, sha256), sha256) : null;
      if (file !== null) yield file;
    }
  }
}

/** Where a file lies between the moment in which it is out of the store and that in which it is gone. */
function condemnedDirectory(artifactsDir: string): string {
  return join(artifactsDir, 'condemned');
}

/**
 * Takes a file out of the store for good, unless somebody puts it anew at this moment: it is moved
 * aside first, and moved back when its times have changed.
 *
 * @returns whether it was removed
 */
export async function removeFile(artifactsDir: string, file: StoredFile): Promise<boolean> {
  const directory = condemnedDirectory(artifactsDir);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const condemned = join(directory, file.sha256);
  try {
    await rename(file.path, condemned);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  const now = await fileOf(condemned, file.sha256);
  if (now !== null && now.neededAtMs > file.neededAtMs) {
    await rename(condemned, file.path);
    return false;
  }
  await rm(condemned, { force: true });
  return true;
}

/**
 * Ends what a collection that was killed had begun: what is needed after all goes back.
 *
 * @returns bytes of what was removed
 */
export async function settleCondemned(
  artifactsDir: string,
  needed: ReadonlySet<string>,
): Promise<number> {
  const directory = condemnedDirectory(artifactsDir);
  let freedBytes = 0;
  for (const sha256 of await namesIn(directory)) {
    const condemned = join(directory, sha256);
    const path = artifactPath(artifactsDir, sha256);
    if (needed.has(sha256) && (await fileOf(path, sha256)) === null) await rename(condemned, path);
    else {
      freedBytes += (await fileOf(condemned, sha256))?.bytes ?? 0;
      await rm(condemned, { force: true });
    }
  }
  return freedBytes;
}

async function fileOf(path: string, sha256: string): Promise<StoredFile | null> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) return null;
  const neededAtMs = Math.max(found.mtimeMs, found.atimeMs);
  return { sha256, path, bytes: found.size, neededAtMs };
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}
