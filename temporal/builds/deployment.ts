import type { Client } from '@temporalio/client';
import { TASK_QUEUE } from '../../contracts/index.js';
import { DEPLOYMENT_NAME, hasStatus, STATUS } from './deployment-name.js';
import { livingBuilds } from './living-builds.js';

/** Which build the server gives new work to, and which it gave it to before. */
export interface DeploymentState {
  /** `null`: workers without a build. */
  readonly current: string | null;
  /** Were current once and are no more. */
  readonly superseded: ReadonlySet<string>;
  /** Builds with a worker that takes workflows at this moment. */
  readonly living: ReadonlySet<string>;
  /** Lets a change through only where nobody made another one meanwhile. */
  readonly conflictToken: Uint8Array;
}

/** @returns `null` where no worker with a build has ever been in the namespace */
export async function readDeployment(client: Client): Promise<DeploymentState | null> {
  try {
    const { workerDeploymentInfo: info, conflictToken } =
      await client.workflowService.describeWorkerDeployment({
        namespace: client.options.namespace,
        deploymentName: DEPLOYMENT_NAME,
      });
    const current = info?.routingConfig?.currentDeploymentVersion?.buildId || null;
    const superseded = (info?.versionSummaries ?? []).flatMap((version) => {
      const { deploymentVersion, firstActivationTime } = version;
      const buildId = deploymentVersion?.buildId ?? '';
      return firstActivationTime != null && buildId !== current ? buildId : [];
    });
    const living = await livingBuilds(client, TASK_QUEUE.control);
    return { current, superseded: new Set(superseded), living, conflictToken };
  } catch (error) {
    // The second is of a server that knows no deployments at all.
    if (hasStatus(error, STATUS.notFound, STATUS.unimplemented)) return null;
    throw error;
  }
}
