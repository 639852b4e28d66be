import type { Client, Workflow } from '@temporalio/client';
import {
  type CloseIncidentRequest,
  type Incident,
  incidentName,
  MESSAGE,
  MillraceError,
  monitorWorkflowId,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';

/** An update is answered by a worker; one that is just starting takes some seconds. */
const ANSWER_WITHIN_MS = 60_000;

/**
 * Asks the model's monitor, the only writer of its incidents, to close one; it is started where it
 * does not run.
 *
 * @throws MillraceError `ServiceUnavailable` when no worker answers, `InvalidInput` when it says no
 */
export async function requestClose(
  client: Client,
  model: string,
  request: CloseIncidentRequest,
): Promise<Incident> {
  const {
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
  } = await import('@temporalio/client');
  const send = () =>
    client.workflow.executeUpdateWithStart<Workflow, Incident, [CloseIncidentRequest]>(
      MESSAGE.closeIncident,
      {
        args: [request],
        startWorkflowOperation: new WithStartWorkflowOperation(WORKFLOW.watchModel, {
          workflowId: monitorWorkflowId(model),
          workflowIdConflictPolicy: 'USE_EXISTING',
          taskQueue: TASK_QUEUE.control,
          args: [{ model }],
        }),
      },
    );
  const name = incidentName({ model, number: request.number });
  try {
    return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, send);
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
      throw new MillraceError(
        'ServiceUnavailable',
        `no worker closed ${name} within ${ANSWER_WITHIN_MS / 1_000} s`,
        'start one with millrace up or millrace worker, then ask again',
        { cause: error },
      );
    }
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    throw new MillraceError(
      'InvalidInput',
      `${name} was not closed: ${error.cause?.message ?? error.message}`,
      `millrace incidents show '${name}' tells how it stands`,
      { cause: error },
    );
  }
}
