import type { BigIntStats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What a rotated file's name has after its own: `.1`, `-20240501`, `.2024-05-01T03`. */
const ROTATED = /^[.-]\d[\d.:T-]*$/;

/** A file beside a followed one, or itself. */
export interface FoundFile {
  readonly path: string;
  readonly inode: string;
}

interface Candidate extends FoundFile {
  readonly name: string;
  readonly changedNs: bigint;
}

/** The file of this inode: under its own name, or under the one that it was rotated to. */
export async function findByInode(path: string, inode: string): Promise<FoundFile | null> {
  const stem = basename(path).replace(/\.[^.]*$/, '');
  const files = await filesBeside(path, (name) => name.startsWith(stem));
  return files.find((file) => file.inode === inode) ?? null;
}

/**
 * The file that was written after this one: of those that were rotated since, the first; else the one
 * that has the name now. So none is passed over where two or more were rotated while nobody looked.
 *
 * @returns `null` where there is none yet
 */
export async function findNext(path: string, before: BigIntStats): Promise<FoundFile | null> {
  const own = basename(path);
  const files = await filesBeside(
    path,
    (name) => name === own || (name.startsWith(own) && ROTATED.test(name.slice(own.length))),
  );
  const others = files.filter(({ inode }) => inode !== String(before.ino));
  const [oldest] = others
    .filter(({ name, changedNs }) => name !== own && changedNs > before.mtimeNs)
    .sort((a, b) => (a.changedNs < b.changedNs ? -1 : 1));
  return oldest ?? others.find(({ name }) => name === own) ?? null;
}

async function filesBeside(
  path: string,
  isMeant: (name: string) => boolean,
): Promise<readonly Candidate[]> {
  const directory = dirname(path);
  const names = (await readdir(directory).catch(() => [])).filter(isMeant);
  const found = await Promise.all(
    names.map(async (name): Promise<Candidate | null> => {
      const there = join(directory, name);
      const status = await stat(there, { bigint: true }).catch(() => null);
      if (status === null || !status.isFile()) return null;
      return { path: there, name, inode: String(status.ino), changedNs: status.mtimeNs };
    }),
  );
  return found.filter((file) => file !== null);
}
