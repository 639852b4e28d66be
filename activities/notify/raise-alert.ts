import {
  type Alert,
  alertWorkflowId,
  complaintOfAlert,
  MESSAGE,
  MillraceError,
  modelSearchAttributes,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';

/**
 * Hands an alert to the workflow that tells it, which outlives whoever raised it. An alert whose key
 * was told before is told no second time, so that raising it again is harmless.
 *
 * @throws MillraceError `InvalidInput` for an alert that is malformed
 */
export async function startAlert(
  deps: Pick<ActivityDeps, 'temporal'>,
  alert: Alert,
): Promise<void> {
  const complaint = complaintOfAlert(alert);
  if (complaint !== null) throw new MillraceError('InvalidInput', `alert: ${complaint}`);
  await deps.temporal.workflow.signalWithStart(WORKFLOW.deliverAlert, {
    workflowId: alertWorkflowId(alert.group),
    taskQueue: TASK_QUEUE.control,
    args: [{ group: alert.group }],
    signal: MESSAGE.raise,
    signalArgs: [alert],
    typedSearchAttributes: modelSearchAttributes(alert.model),
  });
}

/** {@link startAlert} for workflows. */
export function raiseAlert(deps: Pick<ActivityDeps, 'temporal'>) {
  return ({ alert }: { alert: Alert }): Promise<void> => startAlert(deps, alert);
}
