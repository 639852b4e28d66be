import { condition, isCancellation, patched } from '@temporalio/workflow';
import type {
  DeployAnswer,
  RunContext,
  RunEnding,
  ScheduledStep,
  StepTask,
} from '../contracts/index.js';
import { evaluateCondition } from '../pipelines/expressions/index.js';
import { controlActivities, itemActivities } from './activity-proxies.js';
import { approveStep, type OpenQuestions } from './approve-step.js';
import { causeOf } from './failure-cause.js';
import { fanOut } from './fan-out.js';
import { finishing } from './finishing-scope.js';
import type { RunPauses } from './run-pause.js';
import { type SharedEnds, sharedOutcome } from './share-step.js';
import { outputsOf, type StepEnd, type StepEnds } from './step-graph.js';
import { doStep, endOf, endOfError } from './step-work.js';
import type { LeaseAnswers } from './take-lease.js';

export interface PipelineStepContext {
  readonly run: RunContext;
  readonly workflowId: string;
  readonly gateOverrides: { readonly [step: string]: string };
  /** Answered by the update `reply`. */
  readonly questions: OpenQuestions;
  /** Filled by the signal `leaseAnswered`. */
  readonly leases: LeaseAnswers;
  readonly pauses: RunPauses;
  readonly sharedEnds: SharedEnds;
  /** Filled by the signal `deployAnswered`. */
  readonly deployAnswers: ReadonlyMap<string, DeployAnswer>;
  /** Only of the steps that follow the end of the run. */
  readonly ending?: RunEnding;
}

/** A run may go on from one that it used and that was rejected; those that began before did not. */
const GOES_ON_FROM_REJECTED = 'goes-on-from-rejected-runs';

/** Does one step that may run by its needs. Every end is a value. */
export async function executeStep(
  context: PipelineStepContext,
  step: ScheduledStep,
  ends: StepEnds,
): Promise<StepEnd> {
  const work = () => conditionally(context, step, ends).catch(endOfError);
  const end = await (step.runIf === 'always' ? finishing(work) : work());
  return isGoneOnFrom(end, step) ? { ...end, tolerated: true } : end;
}

/**
 * Whether the file says to go on from this end. A no of the file's own gates and people is its answer and
 * no error; one in a run that it uses is an end of that run, as a failure would be.
 */
function isGoneOnFrom(
  end: StepEnd,
  { kind, continueOnError }: ScheduledStep,
): end is Extract<StepEnd, { readonly status: 'failed' | 'rejected' }> {
  if (continueOnError !== true) return false;
  if (end.status === 'failed') return true;
  return end.status === 'rejected' && kind === 'pipeline' && patched(GOES_ON_FROM_REJECTED);
}

async function conditionally(
  context: PipelineStepContext,
  step: ScheduledStep,
  ends: StepEnds,
): Promise<StepEnd> {
  const { run, gateOverrides, ending, pauses } = context;
  // What follows a cancelled run is not held up by a pause that nobody lifts any more.
  if (pauses.isHeld() && ending?.status !== 'cancelled') await pauses.untilResumed();
  const task: StepTask = {
    run,
    stepId: step.id,
    upstream: outputsOf(ends, step.reads),
    gateOverride: gateOverrides[step.id] ?? null,
    ...(ending !== undefined && { ending }),
  };
  if (step.if !== null) {
    try {
      if (!(await isTrue(step.if, task))) {
        return { status: 'skipped', detail: `if: ${step.if} is false` };
      }
    } catch (error) {
      if (isCancellation(error)) throw error;
      return failed('InvalidInput', `if: ${causeOf(error).message}`);
    }
  }
  if (step.kind === 'approve') return approveStep(context.questions, task);
  if (step.kind === 'deploy') return deploy(context, step, task);
  if (step.scope === 'shared') {
    return endOf(await sharedOutcome(context.sharedEnds, context.workflowId, step, task));
  }
  return step.fanOut === undefined ? doStep(step, task, pauses) : fanOut(step, task, pauses);
}

/** Evaluated here, but for what reads a list that is too long for a history. */
async function isTrue(condition: string, task: StepTask): Promise<boolean> {
  const { run, upstream, ending } = task;
  const isStored = Object.values(upstream).some(({ items }) => items && 'ref' in items);
  if (isStored) return itemActivities.evaluateIf({ task, condition });
  const scope = {
    params: run.params,
    run: { id: run.runId, asOf: run.asOf, ...ending },
    steps: upstream,
  };
  return evaluateCondition(condition, scope);
}

/** A deploy only asks: the model's own workflow decides, and its answer comes back as a signal. */
async function deploy(
  { workflowId, deployAnswers }: PipelineStepContext,
  step: ScheduledStep,
  task: StepTask,
): Promise<StepEnd> {
  const { requestId, rolloutMs } = await controlActivities.requestDeploy({
    task,
    answerTo: workflowId,
  });
  const isAnswered = () => deployAnswers.has(requestId);
  // A rollout takes its own time, and that of a person who pauses it has no end.
  if (rolloutMs === null) await condition(isAnswered);
  else await condition(isAnswered, step.timeoutMs + (rolloutMs ?? 0));
  const answer = deployAnswers.get(requestId);
  if (answer === undefined) {
    return failed(
      'ServiceUnavailable',
      `the deploy request had no answer within ${step.timeoutMs} ms`,
    );
  }
  const outcome = await controlActivities.recordDeployAnswer({ task, answer });
  if (answer.outcome !== 'refused') return endOf(outcome);
  return failed(answer.failure ?? 'InvalidInput', answer.detail);
}

function failed(failureType: string, detail: string): StepEnd {
  return { status: 'failed', failureType, detail };
}
