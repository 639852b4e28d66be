import type { Client } from '@temporalio/client';
import {
  MESSAGE,
  modelWorkflowStart,
  type RetrainRequest,
  type RollbackRequest,
  WORKFLOW,
} from '../contracts/index.js';

/**
 * Asks the one workflow that may change a model for a retraining or a rollback, starting it where it
 * does not run. Returns once the server keeps the request.
 */
export async function signalModel(
  client: Client,
  model: string,
  request: RetrainRequest | RollbackRequest,
): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOW.manageModel, {
    ...modelWorkflowStart(model),
    signal: MESSAGE[request.kind],
    signalArgs: [request],
  });
}
