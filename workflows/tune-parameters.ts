import {
  CancellationScope,
  CancelledFailure,
  ChildWorkflowCancellationType,
  continueAsNew,
  executeChild,
  isCancellation,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import {
  EMPTY_OUTPUTS,
  type OpenTrial,
  type RunPipelineResult,
  runSearchAttributes,
  runWorkflowId,
  type StepTask,
  type Trial,
  type TuningEnd,
  type TuningSearch,
  WORKFLOW,
} from '../contracts/index.js';
import { controlActivities, suggestActivities } from './activity-proxies.js';
import { causeOf } from './failure-cause.js';
import type { runPipeline } from './run-pipeline.js';
import type { StepEnd } from './step-graph.js';

/**
 * Searches for the best parameters of a pipeline. Trials are runs of that pipeline, side by side in
 * batches; each batch is chosen by those before it alone, so that a seed gives the same trials
 * however long each takes. What has ended is in this workflow's history: a worker that dies costs
 * no trial that was done.
 */
export async function tuneParameters(search: TuningSearch): Promise<StepEnd> {
  const { task, startedAtMs } = search;
  const trials = [...search.trials];
  let { best } = search;
  try {
    await controlActivities.openTuning({ task });
    for (;;) {
      const elapsedMs = Date.now() - startedAtMs;
      const next = await suggestActivities.suggestTrials({ task, trials, elapsedMs });
      if (next.stopped !== null) return await close(task, trials, best, next.stopped);
      const first = trials.length;
      const ended = await Promise.all(
        next.trials.map((params, index) => runTrial({ task, number: first + index, params })),
      );
      for (const { trial, outputs } of ended) {
        trials.push(trial);
        if (trial.score !== null && isBetter(trial.score, best?.score ?? null, next.goal)) {
          best = { score: trial.score, outputs };
        }
      }
      if (CancellationScope.current().consideredCancelled) {
        throw new CancelledFailure('the search was cancelled');
      }
      if (workflowInfo().continueAsNewSuggested) {
        await continueAsNew<typeof tuneParameters>({ task, startedAtMs, trials, best });
      }
    }
  } catch (error) {
    const cancelled = isCancellation(error);
    if (!cancelled && !isFailure(error)) throw error;
    const { type, message } = causeOf(error);
    const failure = cancelled ? null : { type, message };
    await CancellationScope.nonCancellable(() => controlActivities.giveUpTuning({ task, failure }));
    return cancelled
      ? { status: 'cancelled', detail: 'it was cancelled' }
      : { status: 'failed', failureType: type, detail: message };
  }
}

/** A workflow that goes on as a new one throws too; only what an activity or a trial threw ends it. */
function isFailure(error: unknown): boolean {
  return error instanceof Error && /^(Activity|ChildWorkflow)Failure$/.test(error.name);
}

interface TrialEnd {
  readonly trial: Trial;
  readonly outputs: NonNullable<RunPipelineResult['outputs']>;
}

async function runTrial({ task, number, params }: Omit<OpenTrial, 'runId'>): Promise<TrialEnd> {
  const runId = uuid4();
  const { input, metric } = await controlActivities.openTrial({ task, runId, number, params });
  const result: RunPipelineResult = await executeChild<typeof runPipeline>(WORKFLOW.runPipeline, {
    workflowId: runWorkflowId(input.pipeline, runId),
    args: [input],
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    typedSearchAttributes: runSearchAttributes(input),
  });
  const { status, outputs = EMPTY_OUTPUTS } = result;
  const value = outputs.values[metric];
  const score = status === 'completed' && typeof value === 'number' ? value : null;
  const missing = status === 'completed' && score === null ? `${metric} is no number` : null;
  const detail = result.detail ?? missing;
  return { trial: { number, params, status, score, runId, detail }, outputs };
}

function isBetter(score: number, than: number | null, goal: 'minimise' | 'maximise'): boolean {
  return than === null || (goal === 'minimise' ? score < than : score > than);
}

async function close(
  task: StepTask,
  trials: readonly Trial[],
  best: TuningSearch['best'],
  stopped: TuningEnd,
): Promise<StepEnd> {
  const { outputs, failure } = await controlActivities.closeTuning({ task, trials, best, stopped });
  return failure === null
    ? { status: 'completed', outputs }
    : { status: 'failed', failureType: failure.type, detail: failure.message };
}
