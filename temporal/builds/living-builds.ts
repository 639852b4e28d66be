import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { processIdentity } from '../../processes/process-identity.js';
import { DEPLOYMENT_NAME } from './deployment-name.js';

/** A worker asks for work at least once a minute: whoever has not for longer is gone. */
const SEEN_WITHIN_MS = 75_000;

/** One that has asked a task queue for work, as the server remembers it. */
export interface Poller {
  /** `1234@name-of-the-machine`, as the SDK fills it in. */
  readonly identity: string;
  readonly seenAtMs: number;
}

/**
 * Builds whose workers take workflows from a queue. The server remembers a worker for minutes after
 * its end; one of this machine is known to be gone once its process is.
 */
export async function livingBuilds(client: Client, queue: string): Promise<ReadonlySet<string>> {
  const builds = (await livingPollers(client, queue, 'WORKFLOW')).flatMap(
    ({ deploymentOptions: own }) =>
      own?.deploymentName === DEPLOYMENT_NAME ? (own.buildId ?? []) : [],
  );
  return new Set(builds);
}

/** Workers that ask a queue for work of one kind at this moment. */
export async function livingPollers(client: Client, queue: string, work: 'WORKFLOW' | 'ACTIVITY') {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType[`TASK_QUEUE_TYPE_${work}`],
  });
  const looks = pollers.map(async (poller) => {
    const { identity, lastAccessTime } = poller;
    const seenAtMs = Number(lastAccessTime?.seconds ?? 0) * 1_000;
    return (await isLiving({ identity: identity ?? '', seenAtMs }, Date.now())) ? [poller] : [];
  });
  return (await Promise.all(looks)).flat();
}

/**
 * @param host - name of this machine
 * @param runs - whether a process of this machine runs
 */
export async function isLiving(
  { identity, seenAtMs }: Poller,
  nowMs: number,
  host: string = hostname(),
  runs: (pid: number) => Promise<boolean> = async (pid) => (await processIdentity(pid)) !== null,
): Promise<boolean> {
  if (nowMs - seenAtMs > SEEN_WITHIN_MS) return false;
  const [, pid, machine] = /^(\d+)@(.*)$/s.exec(identity) ?? [];
  return machine !== host || (await runs(Number(pid)));
}
