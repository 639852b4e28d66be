import type { StepContainer } from '../../contracts/index.js';
import { isOwnerGone, ownRecords, type RecordOwner, recordFiles } from '../record-files.js';
import type { Attempt } from './container-name.js';

/** What is kept on disk about a container or Job while it may be there. */
export interface ContainerRecord extends Attempt {
  readonly name: string;
  readonly container: StepContainer;
  readonly worker: RecordOwner;
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
  const files = recordFiles<ContainerRecord>(directory);
  return {
    add: async (record) => files.put(record.name, { ...record, worker: await ownRecords() }),
    remove: files.remove,
    all: files.all,
    async orphans() {
      const orphans: ContainerRecord[] = [];
      for (const record of await files.all()) {
        if (await isOwnerGone(record.worker)) orphans.push(record);
      }
      return orphans;
    },
  };
}
