import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { pathPattern } from '../../contracts/index.js';

/** Digests of files that have not been touched since; the oldest leave first. */
const known = new Map<string, { readonly state: string; readonly sha256: string }>();
const KNOWN_LIMIT = 20_000;
/** A file that changed so shortly before it was read may change again within one tick of its clock. */
const SETTLED_AFTER_MS = 2_000;

/**
 * SHA-256 in hex of a file's content, read as a stream; `null` where there is no regular file. A file
 * is read once for as long as its inode, size and times (to the nanosecond) stay what they are.
 */
export async function fileDigest(path: string): Promise<string | null> {
  try {
    const found = await stat(path, { bigint: true });
    if (!found.isFile()) return null;
    const state = [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(':');
    const seen = known.get(path);
    if (seen?.state === state) return seen.sha256;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    const sha256 = hash.digest('hex');
    known.delete(path);
    if (Date.now() - Number(found.ctimeMs) > SETTLED_AFTER_MS) known.set(path, { state, sha256 });
    const oldest = known.keys().next().value;
    if (known.size > KNOWN_LIMIT && oldest !== undefined) known.delete(oldest);
    return sha256;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** The files that a path or a pattern names, sorted; none where there is none. */
export async function filesOfPattern(
  path: string,
  baseDirectory: string,
): Promise<readonly string[]> {
  const pattern = pathPattern(path);
  if (pattern === null) return [path];
  const { directory, recursive } = pattern;
  try {
    const names = await readdir(resolve(baseDirectory, directory), { recursive });
    const found = names.map((name) => name.split(sep).join('/')).filter(pattern.matches);
    return found.map((name) => (directory === '.' ? name : join(directory, name))).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Whether an error of the file system says that there is no such file. */
export function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP';
}
