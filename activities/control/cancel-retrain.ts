import { WorkflowNotFoundError } from '@temporalio/common';
import type { ActivityDeps } from '../deps.js';

/** Cancels the run of a retrain that was taken back; one that has ended already stays as it ended. */
export function cancelRetrain(deps: ActivityDeps) {
  return async ({ runId }: { readonly runId: string }): Promise<void> => {
    const run = await deps.registry.run(runId);
    if (run === null || run.status !== 'running') return;
    try {
      await deps.temporal.workflow.getHandle(run.workflowId).cancel();
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  };
}
