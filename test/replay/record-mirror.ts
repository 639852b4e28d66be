import { MESSAGE, MIRROR_WORKFLOW_ID, TASK_QUEUE, WORKFLOW } from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import type { TestStack } from '../support/test-stack.js';
import { keepHistory } from './keep-history.js';

/** Keeps a history of the mirror from when it is woken first until it continues as new. */
export async function recordMirror(stack: TestStack): Promise<void> {
  const { workflow } = stack.temporal.client;
  const wake = () =>
    workflow.signalWithStart(WORKFLOW.mirrorTracking, {
      workflowId: MIRROR_WORKFLOW_ID,
      taskQueue: TASK_QUEUE.control,
      args: [],
      signal: MESSAGE.checkNow,
      signalArgs: [],
    });
  const { signaledRunId } = await wake();
  await eventually(async () => {
    await wake();
    const { runId } = await workflow.getHandle(MIRROR_WORKFLOW_ID).describe();
    if (runId === signaledRunId) throw new Error('it has not continued as new yet');
  });
  await keepHistory(stack, 'mirror-tracking.continues-as-new', MIRROR_WORKFLOW_ID, signaledRunId);
  await workflow.getHandle(MIRROR_WORKFLOW_ID).terminate();
}
