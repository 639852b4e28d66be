import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { MillraceError } from '../../contracts/index.js';
import { type DeploymentState, readDeployment } from './deployment.js';
import { DEPLOYMENT_NAME, hasStatus, STATUS } from './deployment-name.js';

/** The server hears of a new build by its first question for work, and writes it down after that. */
const KNOWN_WITHIN_MS = 30_000;
const RETRY_MS = 100;

/**
 * Whether new work is to go to a build: to one that has never had it, as after an upgrade, and to one
 * of before only where the current one has no worker any more. So the old build's worker may be
 * started again, to let its runs end, without taking new ones.
 *
 * @param mine - the build of a worker that has just started, `null` for one without
 */
export function takesNewWork(
  mine: string | null,
  { current, superseded, living }: Omit<DeploymentState, 'conflictToken'>,
): boolean {
  if (mine === current) return false;
  const isNew = mine !== null && !superseded.has(mine);
  return isNew || current === null || !living.has(current);
}

/**
 * Has the server give new work to this worker's build where that is its turn. Of two workers that
 * ask at the same time the later one looks again at what the first has made of it.
 *
 * @param mine - `null` for a worker without a build
 * @returns the build that new work goes to now, `null`: to workers without one
 * @throws MillraceError `ServiceUnavailable` where the server does not get to know the build
 */
export async function becomeCurrent(client: Client, mine: string | null): Promise<string | null> {
  const deadline = performance.now() + KNOWN_WITHIN_MS;
  for (;;) {
    const state = await readDeployment(client);
    if (state === null && mine === null) return null;
    if (state !== null && !takesNewWork(mine, state)) return state.current;
    if (state !== null && (await setCurrent(client, mine, state))) return mine;
    if (performance.now() > deadline) {
      throw new MillraceError(
        'ServiceUnavailable',
        `the Temporal server does not take build ${mine} as a version of its Worker Deployment ${DEPLOYMENT_NAME}`,
        'it must be version 1.29 or newer, with Worker Versioning enabled; MILLRACE_WORKER_VERSIONING=0 does without',
      );
    }
    await sleep(RETRY_MS);
  }
}

/** @returns false where the build is not known yet, or somebody else was faster */
async function setCurrent(
  client: Client,
  mine: string | null,
  { conflictToken }: DeploymentState,
): Promise<boolean> {
  try {
    await client.workflowService.setWorkerDeploymentCurrentVersion({
      namespace: client.options.namespace,
      deploymentName: DEPLOYMENT_NAME,
      buildId: mine ?? '',
      conflictToken,
      identity: 'millrace',
      // Queues of an earlier build that this one does not have: nobody is asked there any more.
      ignoreMissingTaskQueues: true,
    });
    return true;
  } catch (error) {
    if (hasStatus(error, STATUS.failedPrecondition, STATUS.notFound)) return false;
    throw error;
  }
}
