import { ChildWorkflowCancellationType, startChild } from '@temporalio/workflow';
import { type ScheduledStep, type StepTask, tuneWorkflowId, WORKFLOW } from '../contracts/index.js';
import type { RunPauses } from './run-pause.js';
import type { StepEnd } from './step-graph.js';
import type { tuneParameters } from './tune-parameters.js';
import { withinTotal } from './within-total.js';

/**
 * Searches in a workflow of its own, so that its trials do not fill the history of the run. A pause of
 * the run and its end reach it.
 */
export async function tuneStep(
  step: ScheduledStep,
  task: StepTask,
  pauses: RunPauses,
): Promise<StepEnd> {
  return withinTotal(step.totalTimeoutMs, () =>
    pauses.passedOn(() =>
      startChild<typeof tuneParameters>(WORKFLOW.tuneParameters, {
        workflowId: tuneWorkflowId(task.run.runId, task.stepId),
        args: [{ task, startedAtMs: Date.now(), trials: [], best: null }],
        cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      }),
    ),
  );
}
