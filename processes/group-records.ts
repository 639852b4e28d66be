import { readFile } from 'node:fs/promises';
import { livingMembers, processIdentity, signalGroup } from './process-identity.js';
import { isOwnerGone, ownRecords, type RecordOwner, recordFiles } from './record-files.js';

/** What is kept on disk about a step's process group while it may run. */
export interface GroupRecord {
  /** Process id of the group's leader. */
  readonly group: number;
  readonly identity: string;
  readonly runId: string;
  readonly stepId: string;
  readonly attempt: number;
  readonly worker: RecordOwner;
}

export interface GroupRecords {
  add(record: Omit<GroupRecord, 'worker'>): Promise<void>;
  remove(group: number): Promise<void>;
  /** Groups of earlier attempts of a step, whoever started them. */
  ofEarlierAttempts(
    step: Pick<GroupRecord, 'runId' | 'stepId' | 'attempt'>,
  ): Promise<readonly GroupRecord[]>;
  /** Ids of runs that have a record. */
  runs(): Promise<ReadonlySet<string>>;
  /**
   * SIGKILLs the groups whose worker is gone and forgets them. A process that merely has the id of
   * a group's leader is left alone: its identity differs.
   *
   * @returns the groups that were ended
   */
  sweep(): Promise<readonly number[]>;
}

/** The second line of defence: what the watchdog would have ended, had it not been killed too. */
export function createGroupRecords(directory: string): GroupRecords {
  const files = recordFiles<GroupRecord>(directory);

  return {
    add: async (record) =>
      files.put(String(record.group), { ...record, worker: await ownRecords() }),
    remove: (group) => files.remove(String(group)),
    ofEarlierAttempts: async ({ runId, stepId, attempt }) => {
      const earlier: GroupRecord[] = [];
      for (const record of await files.all()) {
        const isOfStep = record.runId === runId && record.stepId === stepId;
        if (isOfStep && record.attempt < attempt && (await isStillIts(record)))
          earlier.push(record);
      }
      return earlier;
    },
    runs: async () => new Set((await files.all()).map(({ runId }) => runId)),
    async sweep() {
      const ended: number[] = [];
      for (const record of await files.all()) {
        if (!(await isOwnerGone(record.worker))) continue;
        if (await endLeftover(record)) ended.push(record.group);
        await files.remove(String(record.group));
      }
      return ended;
    },
  };
}

async function endLeftover(record: GroupRecord): Promise<boolean> {
  return (await isStillIts(record)) && signalGroup(record.group, 'SIGKILL');
}

/** Whether a group lives and is the one that the record is of. */
async function isStillIts(record: GroupRecord): Promise<boolean> {
  const members = await livingMembers(record.group);
  if (members.length === 0) return false;
  const leader = await processIdentity(record.group);
  return leader === null ? isOfStep(members, record) : leader === record.identity;
}

/** With its leader gone, a group is known by the environment that its members inherited. */
async function isOfStep(members: readonly number[], record: GroupRecord): Promise<boolean> {
  for (const pid of members) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    const entries = environment.split('\0');
    if (
      entries.includes(`MILLRACE_RUN_ID=${record.runId}`) &&
      entries.includes(`MILLRACE_STEP=${record.stepId}`)
    ) {
      return true;
    }
  }
  return false;
}
