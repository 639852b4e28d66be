import type { Client } from '@temporalio/client';
import {
  MESSAGE,
  type Messages,
  modelSearchAttributes,
  modelWorkflowId,
  monitorWorkflowId,
  TASK_QUEUE,
  WORKFLOW,
} from '../contracts/index.js';

/** Sends a signal to the model's workflow, starting it where it does not run. */
export async function signalManageModel<Name extends 'requestDeploy' | 'retrain' | 'rollback'>(
  client: Client,
  model: string,
  signal: Name,
  message: Messages[Name],
): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOW.manageModel, {
    workflowId: modelWorkflowId(model),
    taskQueue: TASK_QUEUE.control,
    args: [{ model }],
    signal: MESSAGE[signal],
    signalArgs: [message],
    typedSearchAttributes: modelSearchAttributes(model),
  });
}

/** Makes sure that the model's monitor runs, and has it read its configuration again. */
export async function signalWatchModel(client: Client, model: string): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOW.watchModel, {
    workflowId: monitorWorkflowId(model),
    taskQueue: TASK_QUEUE.control,
    args: [{ model }],
    signal: MESSAGE.configure,
    signalArgs: [],
    typedSearchAttributes: modelSearchAttributes(model),
  });
}
