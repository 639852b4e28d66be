import type { Client, Workflow } from '@temporalio/client';
import {
  type ChangeAccepted,
  MillraceError,
  modelWorkflowStart,
  WORKFLOW,
} from '../../contracts/index.js';

/** An update is answered by a worker; one that is just starting takes some seconds. */
const ANSWER_WITHIN_MS = 60_000;

/**
 * Sends an update to the model's workflow, starting it where it does not run. Returns as soon as it
 * is accepted.
 *
 * @throws MillraceError `InvalidInput` when the workflow rejects it as malformed,
 * `ServiceUnavailable` when no worker answers
 */
export async function sendToModel<Message>(
  client: Client,
  model: string,
  update: string,
  message: Message,
  updateId: string,
): Promise<ChangeAccepted> {
  const {
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
  } = await import('@temporalio/client');
  const send = () =>
    client.workflow.executeUpdateWithStart<Workflow, ChangeAccepted, [Message]>(update, {
      args: [message],
      updateId,
      startWorkflowOperation: new WithStartWorkflowOperation(WORKFLOW.manageModel, {
        ...modelWorkflowStart(model),
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    });
  try {
    return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, send);
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
      throw new MillraceError(
        'ServiceUnavailable',
        `no worker took the request within ${ANSWER_WITHIN_MS / 1000} s`,
        'start one with millrace up or millrace worker, then ask again',
        { cause: error },
      );
    }
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    throw new MillraceError(
      'InvalidInput',
      `${model}: ${error.cause?.message ?? error.message}`,
      `millrace models show ${model} lists its versions`,
      { cause: error },
    );
  }
}
