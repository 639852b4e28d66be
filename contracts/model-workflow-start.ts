import { modelWorkflowId, TASK_QUEUE } from './names.js';
import { type KeywordAttribute, modelSearchAttributes } from './search-attributes.js';

/** How whoever needs a model's workflow first starts it, in the shape that Temporal's clients take. */
export interface ModelWorkflowStart {
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly args: [{ readonly model: string }];
  readonly typedSearchAttributes: KeywordAttribute[];
}

/** @example client.workflow.signalWithStart(WORKFLOW.manageModel, { ...modelWorkflowStart('m'), … }) */
export function modelWorkflowStart(model: string): ModelWorkflowStart {
  return {
    workflowId: modelWorkflowId(model),
    taskQueue: TASK_QUEUE.control,
    args: [{ model }],
    typedSearchAttributes: modelSearchAttributes(model),
  };
}
