import {
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type DeployAnswer,
  modelWorkflowId,
  nominalTimeOf,
  type RunEnding,
  type RunPipelineInput,
  type RunPipelineResult,
  type ScheduledStep,
} from '../contracts/index.js';
import { controlActivities, patientActivities } from './activity-proxies.js';
import { receiveReplies } from './approve-step.js';
import { receiveCancelReason } from './cancel-reason.js';
import { causeOf } from './failure-cause.js';
import { deployAnsweredSignal, pipelineEndedSignal } from './messages.js';
import { executeStep, type PipelineStepContext } from './pipeline-step.js';
import { runHooks } from './run-hooks.js';
import { receivePauses } from './run-pause.js';
import { failForSchedule, ranBefore } from './scheduled-start.js';
import { receiveSharedEnds } from './share-step.js';
import { outputsOf, runStepGraph, type StepEnd, type StepEnds } from './step-graph.js';
import { receiveStop } from './stop-early.js';
import { receiveLeases, withLease } from './take-lease.js';

/**
 * Executes one frozen plan to its end and records it. A gate that says no ends the run as
 * `rejected`, which is a result and not a failure of the workflow; so are failed and cancelled runs.
 */
export async function runPipeline(given: RunPipelineInput): Promise<RunPipelineResult> {
  const repeated = await ranBefore(given.schedule);
  if (repeated !== null) return { runId: '', status: 'completed', detail: repeated };
  const input = identified(given);
  const deployAnswers = new Map<string, DeployAnswer>();
  setHandler(deployAnsweredSignal, (answer) => {
    deployAnswers.set(answer.requestId, answer);
  });
  const questions = receiveReplies();
  const leases = receiveLeases();
  const cancelled = receiveCancelReason();
  const pauses = receivePauses(
    () => cancelled.passedOn(input.runId),
    (known) => controlActivities.recordPauses({ runId: input.runId, pauses: known }),
  );
  const sharedEnds = receiveSharedEnds();
  const stop = receiveStop();
  const { workflowId } = workflowInfo();
  const { gateOverrides, schedule, given: _, ...run } = input;
  const ends = new Map<string, StepEnd>();
  const executed = await stop.during(() =>
    execute(input, ends, cancelled.detail, {
      run,
      workflowId,
      gateOverrides,
      questions,
      leases,
      pauses,
      sharedEnds,
      deployAnswers,
    }),
  );
  const detail = (executed.status === 'cancelled' && stop.reason()) || executed.detail;
  const result = { ...executed, detail };

  await CancellationScope.nonCancellable(async () => {
    await pauses.recorded();
    await controlActivities.closeRun({
      run,
      status: result.status,
      detail: result.detail,
      steps: [...ends].flatMap(([stepId, end]) => endedHere(stepId, end)),
    });
    await tellModel(input, result);
  });
  if (result.status === 'failed') failForSchedule(schedule, result.detail);
  return result;
}

async function execute(
  input: RunPipelineInput,
  ends: Map<string, StepEnd>,
  cancelDetail: () => string,
  context: PipelineStepContext,
): Promise<RunPipelineResult> {
  const { runId } = input;
  try {
    const opened = await patientActivities.openRun({ run: input, workflowId: context.workflowId });
    for (const { stepId, outputs } of opened.hits) {
      ends.set(stepId, { status: 'completed', outputs });
    }
    const leased = await withLease(opened.held, context, () =>
      runStepGraph(opened.steps, ends, (step) => executeStep(context, step, ends)),
    );
    if (!leased.taken) return { runId, status: 'cancelled', detail: leased.detail };
    const ending = endingOf(opened.steps, ends, cancelDetail);
    const trouble = await runHooks(opened.hooks ?? {}, ending, context, ends);
    const details = [ending.detail, trouble].filter((detail) => detail !== null);
    const result = { runId, status: ending.status, detail: details.join('; ') || null };
    if (opened.outputReads === undefined || ending.status !== 'completed') return result;
    const steps = outputsOf(ends, opened.outputReads);
    const outputs = await controlActivities.resolveRunOutputs({ run: context.run, steps });
    return { ...result, outputs };
  } catch (error) {
    if (isCancellation(error)) return { runId, status: 'cancelled', detail: cancelDetail() };
    return { runId, status: 'failed', detail: causeOf(error).message };
  }
}

/** A failure outweighs a gate that said no; the first in plan order is named. */
function endingOf(
  steps: readonly ScheduledStep[],
  ends: StepEnds,
  cancelDetail: () => string,
): RunEnding {
  if ([...ends.values()].some(({ status }) => status === 'cancelled')) {
    return { status: 'cancelled', detail: cancelDetail(), failedStep: null };
  }
  for (const status of ['failed', 'rejected'] as const) {
    for (const { id } of steps) {
      const end = ends.get(id);
      if (end?.status !== status || ('tolerated' in end && end.tolerated === true)) continue;
      return { status, detail: `step ${id}: ${end.detail}`, failedStep: id };
    }
  }
  return { status: 'completed', detail: null, failedStep: null };
}

/** Ends that no activity has recorded: skips, and failures, whose last word is the workflow's. */
function endedHere(stepId: string, end: StepEnd) {
  if (end.status !== 'skipped' && end.status !== 'failed') return [];
  const failure =
    end.status === 'failed' ? { type: end.failureType ?? 'Internal', message: end.detail } : null;
  return [{ stepId, status: end.status, failure }];
}

/**
 * A schedule starts every run with the same input: what makes this one a run of its own is filled
 * in. Its event time is the time it was due, so that a backfilled run is of its own day.
 */
function identified(input: RunPipelineInput): RunPipelineInput {
  if (input.runId !== '') return input;
  const { workflowId, startTime } = workflowInfo();
  const asOf = nominalTimeOf(workflowId)?.time ?? startTime.toISOString();
  return { ...input, runId: uuid4(), asOf };
}

/** A retrain's end is told to the model's workflow; where that is gone, its own timer finds out. */
async function tellModel(input: RunPipelineInput, result: RunPipelineResult): Promise<void> {
  if (input.model === null || input.trigger.kind !== 'retrain') return;
  try {
    const manager = getExternalWorkflowHandle(modelWorkflowId(input.model));
    await manager.signal(pipelineEndedSignal, { runId: input.runId, status: result.status });
  } catch (error) {
    log.warn('the model workflow could not be told of the end of the run', {
      error: String(error),
    });
  }
}
