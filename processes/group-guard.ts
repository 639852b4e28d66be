import { killGroup } from './end-group.js';
import type { GroupRecords } from './group-records.js';
import type { StepProcess } from './ports.js';
import { processIdentity } from './process-identity.js';
import { createWatchdog } from './watchdog.js';

/** Whose group it is: its members have both names in their environment. */
export type GroupOwner = Pick<StepProcess, 'runId' | 'stepId' | 'attempt'>;

/** Knows the process groups of this worker's steps, on disk and in the watchdog. */
export interface GroupGuard {
  /** Resolves once the group would not survive this worker. */
  watch(group: number, step: GroupOwner): Promise<void>;
  /** Ends what is left of the group and forgets it. */
  release(group: number): Promise<void>;
  /** Ends every group that is left. */
  close(): Promise<void>;
}

export function createGroupGuard(records: GroupRecords): GroupGuard {
  const watchdog = createWatchdog();
  const groups = new Set<number>();

  return {
    async watch(group, { runId, stepId, attempt }) {
      groups.add(group);
      const record = async () => {
        const identity = (await processIdentity(group)) ?? '';
        await records.add({ group, identity, runId, stepId, attempt });
      };
      await Promise.all([watchdog.add(group), record()]);
    },
    async release(group) {
      await killGroup(group);
      // Only now may the number be given to someone else's group.
      watchdog.remove(group);
      groups.delete(group);
      await records.remove(group);
    },
    async close() {
      await watchdog.close();
      await Promise.all([...groups].map(killGroup));
    },
  };
}
