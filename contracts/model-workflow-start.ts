import { modelWorkflowId, TASK_QUEUE } from './names.js';
import { type KeywordAttribute, modelSearchAttributes } from './search-attributes.js';

/** How whoever needs a model's workflow first starts it, in the shape that Temporal's clients take. */
export interface ModelWorkflowStart {
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly args: [{ readonly model: string }];
  readonly workflowTaskTimeout: typeof BURST_TASK_TIMEOUT;
  readonly typedSearchAttributes: KeywordAttribute[];
}

/**
 * A task of a model's workflow may have to take in all that was sent while no worker ran: up to
 * 10,000 signals, of which a machine takes some thousand a second. Longer, and a worker that is
 * killed in the middle of a task would be waited for as long.
 */
export const BURST_TASK_TIMEOUT = '20s';

/** @example client.workflow.signalWithStart(WORKFLOW.manageModel, { ...modelWorkflowStart('m'), … }) */
export function modelWorkflowStart(model: string): ModelWorkflowStart {
  return {
    workflowId: modelWorkflowId(model),
    taskQueue: TASK_QUEUE.control,
    args: [{ model }],
    workflowTaskTimeout: BURST_TASK_TIMEOUT,
    typedSearchAttributes: modelSearchAttributes(model),
  };
}
