import { ChildWorkflowCancellationType, executeChild } from '@temporalio/workflow';
import { type ScheduledStep, type StepTask, tuneWorkflowId, WORKFLOW } from '../contracts/index.js';
import type { StepEnd } from './step-graph.js';
import type { tuneParameters } from './tune-parameters.js';

/** Searches in a workflow of its own, so that its trials do not fill the history of the run. */
export async function tuneStep(step: ScheduledStep, task: StepTask): Promise<StepEnd> {
  const { totalTimeoutMs } = step;
  return executeChild<typeof tuneParameters>(WORKFLOW.tuneParameters, {
    workflowId: tuneWorkflowId(task.run.runId, task.stepId),
    args: [{ task, startedAtMs: Date.now(), trials: [], best: null }],
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    ...(totalTimeoutMs !== undefined && { workflowExecutionTimeout: totalTimeoutMs }),
  });
}
