import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { ScheduledStep, StepOutcome, StepTask } from '../contracts/index.js';
import { stepActivity } from './activity-proxies.js';
import { causeOf } from './failure-cause.js';
import type { RunPauses } from './run-pause.js';
import type { StepEnd } from './step-graph.js';
import { runSubPipeline } from './sub-pipeline.js';
import { tuneStep } from './tune-step.js';

/** Does a step, or one item of it, that is an activity or a pipeline. Every end is a value. */
export async function doStep(
  step: ScheduledStep,
  task: StepTask,
  pauses: RunPauses,
): Promise<StepEnd> {
  try {
    if (step.kind === 'tune') return await tuneStep(step, task, pauses);
    if (step.kind === 'pipeline') return await runSubPipeline(step, task, pauses);
    return endOf(await stepActivity(step)(task));
  } catch (error) {
    return endOfError(error);
  }
}

export function endOf(outcome: StepOutcome): StepEnd {
  if (outcome.status === 'completed') return { status: 'completed', outputs: outcome.outputs };
  return {
    status: 'rejected',
    detail: `the gate said no: ${outcome.gate?.reason ?? 'no reason kept'}`,
  };
}

/** What fails once it was cancelled (its worker is gone, say) was cancelled. */
export function endOfError(error: unknown): StepEnd {
  const { consideredCancelled } = CancellationScope.current();
  if (consideredCancelled || isCancellation(error))
    return { status: 'cancelled', detail: 'it was cancelled' };
  const { type, message } = causeOf(error);
  return { status: 'failed', failureType: type, detail: message };
}
