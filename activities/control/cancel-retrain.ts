import { WorkflowNotFoundError } from '@temporalio/common';
import { MESSAGE, type RunCancelRequest } from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';

/** Cancels the run of a retrain that was taken back; one that has ended already stays as it ended. */
export function cancelRetrain(deps: ActivityDeps) {
  return async ({
    runId,
    by,
  }: {
    readonly runId: string;
    /** Absent where a workflow of an earlier release asks. */
    readonly by?: RunCancelRequest;
  }): Promise<void> => {
    const run = await deps.registry.run(runId);
    if (run === null || run.status !== 'running') return;
    try {
      const handle = deps.temporal.workflow.getHandle(run.workflowId);
      if (by !== undefined) await handle.signal(MESSAGE.cancelRun, by);
      await handle.cancel();
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  };
}
