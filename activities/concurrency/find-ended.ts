import { WorkflowNotFoundError } from '@temporalio/client';
import type { ActivityDeps } from '../deps.js';

/** Which of these workflows do not run any more, whether they ended or Temporal knows them no more. */
export function findEnded({ temporal }: Pick<ActivityDeps, 'temporal'>) {
  return async ({
    workflowIds,
  }: {
    workflowIds: readonly string[];
  }): Promise<readonly string[]> => {
    const ended = await Promise.all(
      workflowIds.map(async (workflowId) => {
        try {
          const { status } = await temporal.workflow.getHandle(workflowId).describe();
          return status.name === 'RUNNING' ? [] : [workflowId];
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return [workflowId];
          throw error;
        }
      }),
    );
    return ended.flat();
  };
}
