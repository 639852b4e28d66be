import { condition, isCancellation } from '@temporalio/workflow';
import type {
  DeployAnswer,
  RunContext,
  RunEnding,
  ScheduledStep,
  StepOutcome,
  StepTask,
} from '../contracts/index.js';
import { evaluateCondition } from '../pipelines/expressions/index.js';
import { controlActivities, stepActivity } from './activity-proxies.js';
import { approveStep, type OpenQuestions } from './approve-step.js';
import { causeOf } from './failure-cause.js';
import { finishing } from './finishing-scope.js';
import type { RunPauses } from './run-pause.js';
import { type SharedEnds, sharedOutcome } from './share-step.js';
import { outputsOf, type StepEnd, type StepEnds } from './step-graph.js';

export interface PipelineStepContext {
  readonly run: RunContext;
  readonly workflowId: string;
  readonly gateOverrides: { readonly [step: string]: string };
  /** Answered by the update `reply`. */
  readonly questions: OpenQuestions;
  readonly pauses: RunPauses;
  readonly sharedEnds: SharedEnds;
  /** Filled by the signal `deployAnswered`. */
  readonly deployAnswers: ReadonlyMap<string, DeployAnswer>;
  /** Only of the steps that follow the end of the run. */
  readonly ending?: RunEnding;
}

/** Does one step that may run by its needs. Every end is a value. */
export async function executeStep(
  context: PipelineStepContext,
  step: ScheduledStep,
  ends: StepEnds,
): Promise<StepEnd> {
  const work = () => conditionally(context, step, ends);
  try {
    const end = step.runIf === 'always' ? await finishing(work) : await work();
    return end.status === 'failed' && step.continueOnError ? { ...end, tolerated: true } : end;
  } catch (error) {
    if (isCancellation(error)) return { status: 'cancelled', detail: 'it was cancelled' };
    const { type, message } = causeOf(error);
    return failed(type, message);
  }
}

async function conditionally(
  context: PipelineStepContext,
  step: ScheduledStep,
  ends: StepEnds,
): Promise<StepEnd> {
  const { run, gateOverrides, ending, pauses } = context;
  // What follows a cancelled run is not held up by a pause that nobody lifts any more.
  if (pauses.isHeld() && ending?.status !== 'cancelled') await pauses.untilResumed();
  const upstream = outputsOf(ends, step.reads);
  try {
    if (step.if !== null) {
      const scope = {
        params: run.params,
        run: { id: run.runId, asOf: run.asOf, ...ending },
        steps: upstream,
      };
      if (!evaluateCondition(step.if, scope)) {
        return { status: 'skipped', detail: `if: ${step.if} is false` };
      }
    }
  } catch (error) {
    return failed('InvalidInput', `if: ${causeOf(error).message}`);
  }
  const task: StepTask = {
    run,
    stepId: step.id,
    upstream,
    gateOverride: gateOverrides[step.id] ?? null,
    ...(ending !== undefined && { ending }),
  };
  if (step.kind === 'approve') return approveStep(context.questions, task);
  if (step.kind === 'deploy') return deploy(context, step, task);
  if (step.scope === 'shared') {
    return endOf(await sharedOutcome(context.sharedEnds, context.workflowId, step, task));
  }
  return endOf(await stepActivity(step)(task));
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
  return answer.outcome === 'refused' ? failed('InvalidInput', answer.detail) : endOf(outcome);
}

function endOf(outcome: StepOutcome): StepEnd {
  if (outcome.status === 'completed') return { status: 'completed', outputs: outcome.outputs };
  return {
    status: 'rejected',
    detail: `the gate said no: ${outcome.gate?.reason ?? 'no reason kept'}`,
  };
}

function failed(failureType: string, detail: string): StepEnd {
  return { status: 'failed', failureType, detail };
}
