import {
  EMPTY_OUTPUTS,
  MEDIA_TYPE,
  type OpenTrial,
  type RunPipelineInput,
  type StepFailure,
  type StepOutputs,
  type StepTask,
  type Trial,
  type TuningEnd,
  type TuningHistory,
  type TuningSearch,
} from '../../contracts/index.js';
import { subPipelineInput } from '../control/sub-pipeline.js';
import type { ActivityDeps } from '../deps.js';
import { type PlanCache, stepOf } from '../plan-cache.js';
import { endedRecord, runningRecord } from '../step-record.js';
import { readTuneInputs } from './read-inputs.js';
import { bestOf, importanceOf } from './summarise.js';

/** Records that a search has begun; a second time it changes nothing. */
export function openTuning(deps: ActivityDeps, plans: PlanCache) {
  return async ({ task }: { readonly task: StepTask }): Promise<void> => {
    if ((await deps.registry.step(task.run.runId, task.stepId)) !== null) return;
    await deps.registry.recordStep(await begun(plans, task));
  };
}

/** The run of one trial: the plan that was frozen with the step's own, with the trial's parameters. */
export function openTrial(deps: ActivityDeps, plans: PlanCache) {
  return async ({
    task,
    runId,
    number,
    params,
  }: OpenTrial): Promise<{ readonly input: RunPipelineInput; readonly metric: string }> => {
    const whole = await plans.load(task.run.plan);
    const step = stepOf(whole, task.stepId);
    const options = await readTuneInputs(deps, task, step);
    const input = await subPipelineInput(deps, whole, task, {
      runId,
      file: options.file,
      params: { ...options.params, ...params },
      reason: `trial ${number} of step ${task.stepId} of ${task.run.pipeline}`,
    });
    return { input, metric: options.metric };
  };
}

/** Records a search with all of its trials; its outputs are those of the best. */
export function closeTuning(deps: ActivityDeps, plans: PlanCache) {
  return async ({
    task,
    trials,
    best,
    stopped,
  }: {
    readonly task: StepTask;
    readonly trials: readonly Trial[];
    readonly best: TuningSearch['best'];
    readonly stopped: TuningEnd;
  }): Promise<{ readonly outputs: StepOutputs; readonly failure: StepFailure | null }> => {
    const { registry, artifacts } = deps;
    const step = stepOf(await plans.load(task.run.plan), task.stepId);
    const { metric, goal, method, seed, space } = await readTuneInputs(deps, task, step);
    const winner = bestOf(trials, goal);
    const history: TuningHistory = {
      format: 'millrace-tuning/1',
      metric,
      goal,
      method,
      seed,
      space,
      trials,
      best: winner?.number ?? null,
      stopped,
      importance: importanceOf(space, trials),
    };
    const ref = await artifacts.putJson(history, MEDIA_TYPE.json);
    const record = (await registry.step(task.run.runId, task.stepId)) ?? (await begun(plans, task));
    if (winner === null || best === null) {
      const [first] = trials;
      const failure = {
        type: 'StepProcessFailed' as const,
        message: `none of ${trials.length} trials gave ${metric}; trial 0: ${first?.detail ?? first?.status ?? 'none was begun'}`,
      };
      await registry.recordStep(endedRecord(record, 'failed', { failure }));
      return { outputs: EMPTY_OUTPUTS, failure };
    }
    const outputs: StepOutputs = {
      values: {
        ...best.outputs.values,
        best: winner.params,
        score: best.score,
        trial: winner.number,
        trials: trials.length,
        stopped,
        runId: winner.runId,
      },
      artifacts: { ...best.outputs.artifacts, history: ref },
      metrics: { ...best.outputs.metrics, [metric]: best.score },
    };
    const outcome = { status: 'completed' as const, cached: false, outputs, gate: null };
    await registry.completeStep(endedRecord(record, 'completed', { outcome }), null);
    return { outputs, failure: null };
  };
}

/** Records a search that was cancelled, or that could not go on. */
export function giveUpTuning(deps: ActivityDeps, plans: PlanCache) {
  return async ({
    task,
    failure,
  }: {
    readonly task: StepTask;
    readonly failure: StepFailure | null;
  }): Promise<void> => {
    const record =
      (await deps.registry.step(task.run.runId, task.stepId)) ?? (await begun(plans, task));
    const end = failure === null ? {} : { failure };
    const status = failure === null ? 'cancelled' : 'failed';
    await deps.registry.recordStep(endedRecord(record, status, end));
  };
}

async function begun(plans: PlanCache, task: StepTask) {
  const step = stepOf(await plans.load(task.run.plan), task.stepId);
  return runningRecord(task, step, { startedAtMs: Date.now(), attempt: 1 });
}
