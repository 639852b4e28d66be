import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { TASK_QUEUE } from '../contracts/index.js';
import { livingPollers } from './builds/index.js';

/** Work of a workflow that lies in a task queue which no worker asks. */
export interface UnservedWork {
  readonly queue: string;
  /** Since when it lies there. */
  readonly sinceMs: number;
}

/** The workflow's own next task, or activities of it; each queue once, with its oldest work. */
export async function unservedWork(
  client: Client,
  workflowId: string,
): Promise<readonly UnservedWork[]> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const { PENDING_WORKFLOW_TASK_STATE_SCHEDULED } =
    proto.temporal.api.enums.v1.PendingWorkflowTaskState;
  const { PENDING_ACTIVITY_STATE_SCHEDULED } = proto.temporal.api.enums.v1.PendingActivityState;
  const unserved: UnservedWork[] = [];

  const task = raw.pendingWorkflowTask;
  const taskWaits = task?.state === PENDING_WORKFLOW_TASK_STATE_SCHEDULED;
  if (taskWaits && (await livingPollers(client, TASK_QUEUE.control, 'WORKFLOW')).length === 0) {
    unserved.push({ queue: TASK_QUEUE.control, sinceMs: milliseconds(task?.scheduledTime) });
  }
  const oldest = new Map<string, number>();
  for (const { state, activityOptions, scheduledTime } of raw.pendingActivities ?? []) {
    const queue = activityOptions?.taskQueue?.name;
    if (state !== PENDING_ACTIVITY_STATE_SCHEDULED || !queue) continue;
    const at = milliseconds(scheduledTime);
    oldest.set(queue, Math.min(at, oldest.get(queue) ?? at));
  }
  for (const [queue, sinceMs] of oldest) {
    const isServed = (await livingPollers(client, queue, 'ACTIVITY')).length > 0;
    if (!isServed) unserved.push({ queue, sinceMs });
  }
  return unserved;
}

function milliseconds(time: { seconds?: unknown } | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1_000;
}
