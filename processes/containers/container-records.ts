import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepContainer } from '../../contracts/index.js';
import { processIdentity } from '../process-identity.js';
import type { Attempt } from './container-name.js';

/** What is kept on disk about a container or Job while it may be there. */
export interface ContainerRecord extends Attempt {
  readonly name: string;
  readonly container: StepContainer;
  readonly worker: { readonly pid: number; readonly identity: string };
}

/** The last line of defence: what nobody has removed, since the worker and its reaper died together. */
export interface ContainerRecords {
  add(record: Omit<ContainerRecord, 'worker'>): Promise<void>;
  remove(name: string): Promise<void>;
  all(): Promise<readonly ContainerRecord[]>;
  /** Those whose worker is gone. */
  orphans(): Promise<readonly ContainerRecord[]>;
}

export function createContainerRecords(directory: string): ContainerRecords {
  const pathOf = (name: string) => join(directory, `${name}.json`);

  async function all(): Promise<readonly ContainerRecord[]> {
    const names = (await readdir(directory).catch(() => [])).filter((name) =>
      name.endsWith('.json'),
    );
    const records = await Promise.all(names.map((name) => readRecord(join(directory, name))));
    return records.flatMap((record) => record ?? []);
  }

  return {
    async add(record) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const worker = { pid: process.pid, identity: (await processIdentity(process.pid)) ?? '' };
      const path = pathOf(record.name);
      await writeFile(`${path}.new`, JSON.stringify({ ...record, worker }), { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
    remove: (name) => rm(pathOf(name), { force: true }),
    all,
    async orphans() {
      const orphans: ContainerRecord[] = [];
      for (const record of await all()) {
        const { pid, identity } = record.worker;
        if ((await processIdentity(pid)) !== identity) orphans.push(record);
      }
      return orphans;
    },
  };
}

async function readRecord(path: string): Promise<ContainerRecord | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ContainerRecord;
  } catch {
    // Another worker removed it, or a power cut left it empty.
    await rm(path, { force: true });
    return null;
  }
}
