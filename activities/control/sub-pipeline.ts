import { dirname, resolve } from 'node:path';
import {
  checkParams,
  EMPTY_OUTPUTS,
  type JsonObject,
  MEDIA_TYPE,
  MillraceError,
  type PipelinePlan,
  planStepId,
  type RunPipelineInput,
  type RunPipelineResult,
  type StepFailure,
  type StepOutputs,
  type StepTask,
} from '../../contracts/index.js';
import { resolveInputs } from '../../pipelines/cache/index.js';
import type { ActivityDeps } from '../deps.js';
import { taskScope } from '../items/task-scope.js';
import { type PlanCache, stepOf } from '../plan-cache.js';
import { endedRecord, runningRecord } from '../step-record.js';

/**
 * The input of the run that a step uses: its plan is the one that was frozen with the step's own,
 * its parameters are checked as those of any run.
 *
 * @throws MillraceError `InvalidInput` for parameters that the pipeline does not take
 */
export function openSubPipeline(deps: ActivityDeps, plans: PlanCache) {
  return async ({
    task,
    runId,
  }: {
    readonly task: StepTask;
    readonly runId: string;
  }): Promise<RunPipelineInput> => {
    const { run } = task;
    const whole = await plans.load(run.plan);
    const step = stepOf(whole, task.stepId);
    const inputs = resolveInputs(step, await taskScope(deps, task));
    const input = await subPipelineInput(deps, whole, task, {
      runId,
      file: String(inputs['file'] ?? ''),
      params: (inputs['params'] ?? {}) as JsonObject,
      reason: `step ${task.stepId} of ${run.pipeline}`,
    });
    await deps.registry.recordStep(
      runningRecord(task, step, { startedAtMs: Date.now(), attempt: 1 }),
    );
    return input;
  };
}

/** A run of the pipeline that a step uses, as a part of the run of that step. */
export interface SubRun {
  readonly runId: string;
  /** Relative to the pipeline file of the step. */
  readonly file: string;
  readonly params: JsonObject;
  readonly reason: string;
}

/** @throws MillraceError `InvalidInput` for parameters that the pipeline does not take */
export async function subPipelineInput(
  deps: ActivityDeps,
  whole: PipelinePlan,
  { run, stepId }: StepTask,
  { runId, file, params, reason }: SubRun,
): Promise<RunPipelineInput> {
  const planHash = stepOf(whole, stepId).pipeline ?? '';
  const plan = subPlan(whole, planHash);
  const check = checkParams(plan.params, params);
  if (!check.ok) {
    const problems = check.problems.map(({ message }) => message).join('; ');
    throw new MillraceError('InvalidInput', `step ${stepId}: ${problems}`);
  }
  return {
    runId,
    pipeline: plan.name,
    model: plan.model,
    plan: await deps.artifacts.putJson(plan, MEDIA_TYPE.plan),
    planHash,
    params: check.params,
    baseDirectory: dirname(resolve(run.baseDirectory, file)),
    asOf: run.asOf,
    trigger: { kind: 'pipeline', actor: `run:${run.runId}`, reason },
    parent: { runId: run.runId, stepId },
    gateOverrides: {},
  };
}

/** The plan of a used pipeline with those that it uses itself. */
function subPlan({ pipelines = {} }: PipelinePlan, planHash: string): PipelinePlan {
  const plan = pipelines[planHash];
  if (plan === undefined) throw new MillraceError('Internal', `the plan holds no ${planHash}`);
  const own: Record<string, PipelinePlan> = {};
  const gather = ({ steps }: PipelinePlan): void => {
    for (const { pipeline } of steps) {
      const used = pipeline === undefined ? undefined : pipelines[pipeline];
      if (pipeline === undefined || used === undefined || Object.hasOwn(own, pipeline)) continue;
      own[pipeline] = used;
      gather(used);
    }
  };
  gather(plan);
  return Object.keys(own).length === 0 ? plan : { ...plan, pipelines: own };
}

export interface SubPipelineEnd {
  readonly outputs: StepOutputs;
  /** Of the step in it that failed. */
  readonly failure: StepFailure | null;
}

/** Records how the run that a step uses ended, as that step's own end. */
export function closeSubPipeline(deps: ActivityDeps, plans: PlanCache) {
  return async ({
    task,
    result,
  }: {
    readonly task: StepTask;
    readonly result: RunPipelineResult;
  }): Promise<SubPipelineEnd> => {
    const { runId, status, detail } = result;
    const step = stepOf(await plans.load(task.run.plan), planStepId(task.stepId));
    const begun =
      (await deps.registry.step(task.run.runId, task.stepId)) ??
      runningRecord(task, step, { startedAtMs: Date.now(), attempt: 1 });
    const given = result.outputs ?? EMPTY_OUTPUTS;
    const outputs = { ...given, values: { ...given.values, runId } };
    const ended = { cached: false, outputs, gate: null };
    const failure =
      status === 'failed'
        ? { type: await failureTypeIn(deps, runId), message: `run ${runId}: ${detail ?? 'failed'}` }
        : null;
    const end = {
      ...((status === 'completed' || status === 'rejected') && { outcome: { ...ended, status } }),
      ...(failure !== null && { failure }),
    };
    await deps.registry.completeStep(endedRecord(begun, status, end), null);
    return { outputs, failure };
  };
}

async function failureTypeIn(
  { registry }: Pick<ActivityDeps, 'registry'>,
  runId: string,
): Promise<string> {
  const failed = (await registry.steps(runId)).find(({ failure }) => failure !== null);
  return failed?.failure?.type ?? 'StepProcessFailed';
}
