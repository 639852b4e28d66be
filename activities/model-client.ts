import type { Client } from '@temporalio/client';
import {
  GUARD_WORKFLOW_ID,
  MESSAGE,
  type Messages,
  modelSearchAttributes,
  modelWorkflowStart,
  monitorWorkflowId,
  type ResponseRequest,
  TASK_QUEUE,
  WORKFLOW,
} from '../contracts/index.js';

/** Sends a signal to the model's workflow, starting it where it does not run. */
export async function signalManageModel<Name extends keyof Messages>(
  client: Client,
  model: string,
  signal: Name,
  message: Messages[Name],
): Promise<void> {
  await startWithSignal(client, model, MESSAGE[signal], message);
}

/** The same for what a monitor asks: the signal is named by the kind of the request. */
export async function signalResponse(
  client: Client,
  model: string,
  request: ResponseRequest,
): Promise<void> {
  await startWithSignal(client, model, MESSAGE[request.kind], request);
}

async function startWithSignal(
  client: Client,
  model: string,
  signal: string,
  message: unknown,
): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOW.manageModel, {
    ...modelWorkflowStart(model),
    signal,
    signalArgs: [message],
  });
}

/** Makes sure that somebody misses monitors that do not look; a guard that runs goes on. */
export async function startGuard(client: Client): Promise<void> {
  await client.workflow.start(WORKFLOW.guardMonitors, {
    workflowId: GUARD_WORKFLOW_ID,
    taskQueue: TASK_QUEUE.control,
    args: [{}],
    workflowIdConflictPolicy: 'USE_EXISTING',
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
