import { type RunRecord, TASK_QUEUE } from '../../contracts/index.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { Cli } from '../command.js';
import type { RunWait } from './waits.js';

/** How long `show` lets a server that does not answer hold it up. */
const ANSWER_WITHIN_MS = 2_000;

/**
 * The workers that a run under way waits for because there is none: of its build, or of a queue.
 * Empty where no server runs, or does not answer: that is said elsewhere, and nothing goes on then.
 */
export async function awaitedWorkers(
  { env }: Pick<Cli, 'env'>,
  home: HomeLayout,
  { workflowId, status }: Pick<RunRecord, 'workflowId' | 'status'>,
): Promise<readonly RunWait[]> {
  const { findStack } = await import('../stack/ensure-stack.js');
  const stack = status === 'running' ? findStack(home, env) : null;
  if (stack === null) return [];
  const { connectTemporal } = await import('../../temporal/connection.js');
  const { strandedRuns } = await import('../../temporal/builds/index.js');
  const { unservedWork } = await import('../../temporal/unserved-work.js');
  try {
    const options = { env: stack.env, timeoutMs: ANSWER_WITHIN_MS };
    const { client, connection } = await connectTemporal(options);
    try {
      const [stranded, unserved] = await Promise.all([
        strandedRuns(client),
        unservedWork(client, workflowId),
      ]);
      // A slice of a wide step goes by the run's own build.
      const own = stranded.filter((run) => `${run.workflowId}/`.startsWith(`${workflowId}/`));
      const builds = [...new Set(own.map(({ buildId }) => buildId))];
      const waits = [...builds.map(buildWait), ...unserved.map(queueWait)];
      // Both of millrace's own queues are the same workers'.
      return waits.filter(({ for: what }, at) => waits.findIndex((w) => w.for === what) === at);
    } finally {
      await connection.close();
    }
  } catch {
    return [];
  }
}

function buildWait(buildId: string): RunWait {
  return {
    kind: 'worker',
    for: `a worker of its build ${buildId}, of which there is none`,
    since: null,
    release:
      'millrace worker --versioned from the directory of that build; one of the newest build takes over, within a minute, what replays with it',
  };
}

function queueWait({ queue, sinceMs }: { queue: string; sinceMs: number }): RunWait {
  const isOwn = queue === TASK_QUEUE.control || queue === TASK_QUEUE.steps;
  return {
    kind: 'worker',
    for: isOwn ? 'a worker: none runs' : `a worker of queue ${queue}, of which there is none`,
    since: new Date(sinceMs).toISOString(),
    release: isOwn ? 'millrace up, or millrace worker' : `millrace worker --queue ${queue}`,
  };
}
