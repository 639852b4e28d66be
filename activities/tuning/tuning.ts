import {
  EMPTY_OUTPUTS,
  MEDIA_TYPE,
  type StepFailure,
  type StepOutputs,
  type StepTask,
  type Trial,
  type TuningEnd,
  type TuningHistory,
  type TuningSearch,
} from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';
import { type PlanCache, stepOf } from '../plan-cache.js';
import { endedRecord, runningRecord } from '../step-record.js';
import { readTuneInputs } from './read-inputs.js';
import { hasFailed } from './stop-reason.js';
import { historyOf, searchOutputs } from './summarise.js';

/** Records that a search has begun; a second time it changes nothing. */
export function openTuning(deps: ActivityDeps, plans: PlanCache) {
  return async ({ task }: { readonly task: StepTask }): Promise<void> => {
    if ((await deps.registry.step(task.run.runId, task.stepId)) !== null) return;
    await deps.registry.recordStep(await begun(plans, task));
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
    const { registry } = deps;
    const { history, outputs } = await summed(deps, plans, task, trials, stopped, best);
    const record = (await registry.step(task.run.runId, task.stepId)) ?? (await begun(plans, task));
    const outcome = { status: 'completed' as const, cached: false, outputs, gate: null };
    const failure = await failureOf(deps, plans, task, history);
    if (failure === null) {
      await registry.completeStep(endedRecord(record, 'completed', { outcome }), null);
      return { outputs, failure: null };
    }
    await registry.recordStep(endedRecord(record, 'failed', { failure, outcome }));
    return { outputs: EMPTY_OUTPUTS, failure };
  };
}

/** Records a search that was cancelled, or that could not go on; what it tried is kept. */
export function giveUpTuning(deps: ActivityDeps, plans: PlanCache) {
  return async ({
    task,
    failure,
    trials,
  }: {
    readonly task: StepTask;
    readonly failure: StepFailure | null;
    readonly trials: readonly Trial[];
  }): Promise<void> => {
    const { registry } = deps;
    const record = (await registry.step(task.run.runId, task.stepId)) ?? (await begun(plans, task));
    // What a search is told may be the very thing that it could not go on for.
    const kept = await summed(deps, plans, task, trials, 'cancelled', null).catch(
      (error: unknown) => {
        deps.logger.warn(
          { err: error, run: task.run.runId, step: task.stepId },
          'what it tried is lost',
        );
        return null;
      },
    );
    const outcome =
      kept === null || trials.length === 0
        ? {}
        : {
            outcome: {
              status: 'completed' as const,
              cached: false,
              outputs: kept.outputs,
              gate: null,
            },
          };
    const end = failure === null ? outcome : { ...outcome, failure };
    await registry.recordStep(endedRecord(record, failure === null ? 'cancelled' : 'failed', end));
  };
}

async function summed(
  deps: ActivityDeps,
  plans: PlanCache,
  task: StepTask,
  trials: readonly Trial[],
  stopped: TuningEnd,
  best: TuningSearch['best'],
): Promise<{ readonly history: TuningHistory; readonly outputs: StepOutputs }> {
  const step = stepOf(await plans.load(task.run.plan), task.stepId);
  const history = historyOf(await readTuneInputs(deps, task, step), trials, stopped);
  const ref = await deps.artifacts.putJson(history, MEDIA_TYPE.json);
  return { history, outputs: searchOutputs(history, best?.outputs ?? EMPTY_OUTPUTS, ref) };
}

/** Why a search has nothing to hand on; `null` where it has. */
async function failureOf(
  deps: ActivityDeps,
  plans: PlanCache,
  task: StepTask,
  { trials, metric, best, stopped }: TuningHistory,
): Promise<StepFailure | null> {
  const failed = trials.filter(hasFailed);
  const [first] = failed;
  const example =
    first === undefined
      ? 'none was begun'
      : `trial ${first.number}: ${first.detail ?? first.status}`;
  if (stopped === 'failures') {
    const step = stepOf(await plans.load(task.run.plan), task.stepId);
    const { maxFailures } = await readTuneInputs(deps, task, step);
    const message = `${failed.length} of ${trials.length} trials failed, maxFailures is ${maxFailures}; ${example}`;
    return { type: 'StepProcessFailed', message };
  }
  if (best !== null) return null;
  const message = `none of ${trials.length} trials gave ${metric}; ${example}`;
  return { type: 'StepProcessFailed', message };
}

async function begun(plans: PlanCache, task: StepTask) {
  const step = stepOf(await plans.load(task.run.plan), task.stepId);
  return runningRecord(task, step, { startedAtMs: Date.now(), attempt: 1 });
}
