import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processIdentity } from './process-identity.js';

/** The process that made a record. */
export interface RecordOwner {
  readonly pid: number;
  readonly identity: string;
}

/** One JSON file each for what a worker must not forget when it is killed. */
export interface RecordFiles<Kept> {
  /** Whole or not at all, and in place of what was kept under the name. */
  put(name: string, record: Kept): Promise<void>;
  remove(name: string): Promise<void>;
  all(): Promise<readonly Kept[]>;
}

/** @param directory - made with the first record; nothing else is in it */
export function recordFiles<Kept>(directory: string): RecordFiles<Kept> {
  const pathOf = (name: string) => join(directory, `${name}.json`);
  return {
    async put(name, record) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const path = pathOf(name);
      await writeFile(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
    remove: (name) => rm(pathOf(name), { force: true }),
    async all() {
      const names = (await readdir(directory).catch(() => [])).filter((name) =>
        name.endsWith('.json'),
      );
      const records = await Promise.all(names.map((name) => read<Kept>(join(directory, name))));
      return records.flatMap((record) => record ?? []);
    },
  };
}

let own: Promise<RecordOwner> | null = null;

/** This process, as the owner of what it makes. */
export function ownRecords(): Promise<RecordOwner> {
  own ??= processIdentity(process.pid).then((identity) => ({
    pid: process.pid,
    identity: identity ?? '',
  }));
  return own;
}

/** Whether the process that made a record has ended; another one may have its id. */
export async function isOwnerGone({ pid, identity }: RecordOwner): Promise<boolean> {
  return (await processIdentity(pid)) !== identity;
}

async function read<Kept>(path: string): Promise<Kept | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Kept;
  } catch {
    // Another worker removed it, or a power cut, which ends what it tells of as well, left it empty.
    await rm(path, { force: true });
    return null;
  }
}
