import type { WorkerDeploymentOptions } from '@temporalio/worker';

/** All builds of millrace in a namespace are versions of this Worker Deployment. */
export const DEPLOYMENT_NAME = 'millrace';

/**
 * How a worker tells the server of which build it is. What a workflow does not say of itself is that
 * it goes on with the newest build.
 */
export function deploymentOptions(buildId: string): WorkerDeploymentOptions {
  return {
    useWorkerVersioning: true,
    version: { deploymentName: DEPLOYMENT_NAME, buildId },
    defaultVersioningBehavior: 'AUTO_UPGRADE',
  };
}

/** gRPC status codes by which the server says no. */
export const STATUS = { notFound: 5, failedPrecondition: 9, unimplemented: 12 } as const;

export function hasStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return statuses.includes(Number((error as { code?: unknown } | null)?.code));
}
