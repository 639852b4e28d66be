import {
  type GroupState,
  groupWorkflowId,
  type LeaseRequest,
  MESSAGE,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';

/** Asks a group's workflow for a place, starting it where it does not run. Who looks is told since when. */
export function requestLease(deps: Pick<ActivityDeps, 'temporal' | 'registry'>) {
  return async ({ group, lease }: { group: string; lease: LeaseRequest }): Promise<void> => {
    const { workflowId, limit } = lease;
    await deps.registry.putQueued(workflowId, { group, limit, since: new Date().toISOString() });
    const state: GroupState = { group, holders: [], waiting: [] };
    await deps.temporal.workflow.signalWithStart(WORKFLOW.holdGroup, {
      workflowId: groupWorkflowId(group),
      taskQueue: TASK_QUEUE.control,
      args: [state],
      signal: MESSAGE.requestLease,
      signalArgs: [lease],
    });
  };
}
