import {
  CancellationScope,
  ChildWorkflowCancellationType,
  startChild,
  uuid4,
} from '@temporalio/workflow';
import {
  type RunPipelineResult,
  runSearchAttributes,
  runWorkflowId,
  type ScheduledStep,
  type StepTask,
  WORKFLOW,
} from '../contracts/index.js';
import { controlActivities } from './activity-proxies.js';
import type { RunPauses } from './run-pause.js';
import type { runPipeline } from './run-pipeline.js';
import type { StepEnd } from './step-graph.js';
import { withinTotal } from './within-total.js';

/**
 * Runs the pipeline that a step uses as a run of its own, to its end. Its outputs are the step's; a
 * rejection in it is one of the step; a cancellation reaches it, a pause and its end as well.
 */
export async function runSubPipeline(
  step: ScheduledStep,
  task: StepTask,
  pauses: RunPauses,
): Promise<StepEnd> {
  const input = await controlActivities.openSubPipeline({ task, runId: uuid4() });
  const result: RunPipelineResult = await withinTotal(step.totalTimeoutMs, () =>
    pauses.passedOn(() =>
      startChild<typeof runPipeline>(WORKFLOW.runPipeline, {
        workflowId: runWorkflowId(input.pipeline, input.runId),
        args: [input],
        cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
        typedSearchAttributes: runSearchAttributes(input),
      }),
    ),
  );
  const { outputs, failure } = await CancellationScope.nonCancellable(() =>
    controlActivities.closeSubPipeline({ task, result }),
  );
  const detail = `run ${input.runId}: ${result.detail ?? result.status}`;
  switch (result.status) {
    case 'completed':
      return { status: 'completed', outputs };
    case 'rejected':
    case 'cancelled':
      return { status: result.status, detail };
    case 'failed':
      return { status: 'failed', failureType: failure?.type ?? 'Internal', detail };
  }
}
