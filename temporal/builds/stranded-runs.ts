import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { readDeployment } from './deployment.js';
import { DEPLOYMENT_NAME } from './deployment-name.js';

/** Filled in by the server: deployment and build of a workflow, `millrace:3f9c01b7a2de`. */
const VERSION_ATTRIBUTE = 'TemporalWorkerDeploymentVersion';

/** A run that keeps to a build of which there is no worker. */
export interface StrandedRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly buildId: string;
}

/**
 * Runs that wait for a worker of their build while there is none. Empty where no worker with a build
 * has ever been in the namespace.
 */
export async function strandedRuns(client: Client): Promise<readonly StrandedRun[]> {
  const state = await readDeployment(client);
  if (state === null) return [];
  const living = [...state.living].map((buildId) => `'${DEPLOYMENT_NAME}:${buildId}'`);
  const query = [
    `ExecutionStatus = 'Running'`,
    `TemporalWorkflowVersioningBehavior = 'Pinned'`,
    `TemporalWorkerDeployment = '${DEPLOYMENT_NAME}'`,
    ...living.map((version) => `${VERSION_ATTRIBUTE} != ${version}`),
  ].join(' AND ');
  const stranded: StrandedRun[] = [];
  for await (const { workflowId, runId, searchAttributes } of client.workflow.list({ query })) {
    const [version] = searchAttributes[VERSION_ATTRIBUTE] ?? [];
    const buildId = String(version ?? '').slice(DEPLOYMENT_NAME.length + 1);
    stranded.push({ workflowId, runId, buildId });
  }
  return stranded;
}

/**
 * Has a run go on with another build from here on.
 *
 * @param to - `null`: with workers that have no build
 */
export async function moveRun(
  client: Client,
  { workflowId, runId }: StrandedRun,
  to: string | null,
): Promise<void> {
  const { PinnedOverrideBehavior } = proto.temporal.api.workflow.v1.VersioningOverride;
  const versioningOverride =
    to === null
      ? { autoUpgrade: true }
      : {
          pinned: {
            behavior: PinnedOverrideBehavior.PINNED_OVERRIDE_BEHAVIOR_PINNED,
            version: { deploymentName: DEPLOYMENT_NAME, buildId: to },
          },
        };
  await client.workflowService.updateWorkflowExecutionOptions({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    workflowExecutionOptions: { versioningOverride },
    updateMask: { paths: ['versioning_override'] },
  });
}
