import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { uuidv7 } from 'uuidv7';
import {
  type ArtifactRef,
  checkParams,
  formatEventTime,
  type JsonObject,
  type JsonValue,
  MillraceError,
  type PipelinePlan,
  type RequestRetrainInput,
  type RetrainContext,
  type RetrainRange,
  type RetrainRequest,
  type RunPipelineInput,
  type RunStatus,
  SEARCH_ATTRIBUTES,
} from '../../contracts/index.js';
import { resolveTemplate } from '../../pipelines/expressions/index.js';
import { columnStatistics } from '../../storage/tabular/index.js';
import type { ActivityDeps } from '../deps.js';
import { signalManageModel } from '../model-client.js';
import type { PlanCache } from '../plan-cache.js';
import { retiredWords } from './model-state.js';
import { retrainRange } from './retrain-range.js';

/**
 * The run that answers a retrain request: the champion's plan (or the one the request names), with
 * the parameters that its monitor block gives a retrain, over `window`, `trigger` and `data`.
 *
 * @throws MillraceError `NotFound` where there is no plan, `InvalidInput` where parameters do not fit
 */
export function prepareRetrain(deps: ActivityDeps, plans: PlanCache) {
  return async ({
    model,
    request,
  }: {
    model: string;
    request: RetrainRequest;
  }): Promise<RunPipelineInput> => {
    const retirement = await deps.registry.life.retirement(model);
    if (retirement !== null && retirement.status !== 'returned') {
      throw new MillraceError('InvalidInput', retiredWords(model));
    }
    const { ref, planHash, baseDirectory, params: before } = await planOf(deps, model, request);
    const plan = await plans.load(ref);
    const retrain = await retrainContext(deps, plan, model, request);
    const given = {
      ...keepDeclared(plan, before),
      ...retrainParams(plan, request, before, retrain.data),
    };
    const checked = checkParams(plan.params, given);
    if (!checked.ok) {
      throw new MillraceError(
        'InvalidInput',
        `the retrain of ${model} cannot start: ${checked.problems.map(({ message }) => message).join('; ')}`,
        'mend `monitor.respond.retrain.params` in the pipeline and deploy it by a run',
      );
    }
    return {
      runId: uuidv7(),
      pipeline: plan.name,
      model: plan.model,
      plan: ref,
      planHash,
      params: checked.params,
      baseDirectory,
      asOf: request.asOf,
      trigger: { kind: 'retrain', actor: request.actor, reason: request.reason },
      retrain,
      gateOverrides: {},
    };
  };
}

/** Which rows it learns from, and which windows are kept in quarantine. */
async function retrainContext(
  deps: ActivityDeps,
  plan: PipelinePlan,
  model: string,
  request: RetrainRequest,
): Promise<RetrainContext> {
  const repairs = await deps.registry.repairs(model);
  const choice = plan.monitor?.respond.retrain.data ?? { kind: 'all' };
  return {
    data: retrainRange(choice, request, await firstTrainedMs(deps, model)),
    exclude: repairs.flatMap((repair) => (repair.kind === 'quarantine' ? [repair.window] : [])),
  };
}

/** The first event time that the first version or the champion learned from. */
async function firstTrainedMs(deps: ActivityDeps, model: string): Promise<number | null> {
  const champion = await deps.registry.champion(model);
  const starts: number[] = [];
  for (const number of new Set([1, champion?.version ?? 1])) {
    const version = await deps.registry.version(model, number);
    const timeColumn = version?.content.timeColumn ?? null;
    const data = version?.content.trainingData ?? null;
    if (data === null || timeColumn === null) continue;
    try {
      const path = await deps.artifacts.localPath(data);
      const { min } = await columnStatistics(path, timeColumn);
      if (min !== null) starts.push(min);
    } catch (error) {
      // Old training data may have been collected; the retrain does not hang on it.
      deps.logger.warn({ model, version: number, error: String(error) }, 'no training range');
    }
  }
  return starts.length === 0 ? null : Math.min(...starts);
}

interface RetrainPlan {
  readonly ref: ArtifactRef;
  readonly planHash: string;
  readonly baseDirectory: string;
  /** What the champion's run was given. */
  readonly params: JsonObject;
}

async function planOf(
  deps: ActivityDeps,
  model: string,
  request: RetrainRequest,
): Promise<RetrainPlan> {
  if (request.plan !== null) {
    const { plan, planHash, baseDirectory } = request.plan;
    return { ref: plan, planHash, baseDirectory, params: {} };
  }
  const champion = await deps.registry.champion(model);
  const version = champion === null ? null : await deps.registry.version(model, champion.version);
  if (version === null) {
    throw new MillraceError(
      'NotFound',
      `model ${model} has no champion whose pipeline could run again`,
      'run its pipeline once with `millrace run`',
    );
  }
  const { plan, planHash, baseDirectory, params } = version;
  return { ref: plan, planHash, baseDirectory, params };
}

/** A parameter of the last run stays, unless the retrain gives it another value. */
function keepDeclared(plan: PipelinePlan, params: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(params).filter(([name]) => Object.hasOwn(plan.params, name)),
  );
}

function retrainParams(
  plan: PipelinePlan,
  request: RetrainRequest,
  before: JsonObject,
  data: RetrainRange,
): JsonObject {
  const templates = plan.monitor?.respond.retrain.params ?? {};
  const scope = {
    window: request.window ?? { start: request.asOf, end: request.asOf },
    trigger: { kind: request.trigger, reason: request.reason },
    params: before,
    data,
  };
  const params: Record<string, JsonValue> = {};
  for (const [name, template] of Object.entries(templates)) {
    params[name] = resolveTemplate(template, scope);
  }
  return params;
}

/** Whether a run has ended, by the registry and by Temporal; `null` while it has not. */
export function describeRun(deps: ActivityDeps) {
  return async ({
    runId,
  }: {
    runId: string;
  }): Promise<{ ended: Exclude<RunStatus, 'running'> | null }> => {
    const run = await deps.registry.run(runId);
    if (run !== null && run.status !== 'running') return { ended: run.status };
    // The registry learns of an end from the run itself; a run that was terminated never tells.
    // One that Temporal knows no more has ended too, or its look-up would go on for ever.
    const status =
      run === null
        ? await statusByRunId(deps.temporal, runId)
        : await statusByWorkflowId(deps.temporal, run.workflowId);
    return { ended: status === 'RUNNING' ? null : 'failed' };
  };
}

async function statusByWorkflowId(client: Client, workflowId: string): Promise<string> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'GONE';
    throw error;
  }
}

/** A run that ended before it could record itself; one just started may not be visible yet. */
async function statusByRunId(client: Client, runId: string): Promise<string> {
  const query = `${SEARCH_ATTRIBUTES.runId} = "${runId}"`;
  for await (const { status } of client.workflow.list({ query })) return status.name;
  return 'RUNNING';
}

export interface SubmittedRetrain extends RequestRetrainInput {
  readonly requestId: string;
  readonly answerTo: string;
  /** Wall clock of the schedule's start, RFC 3339. */
  readonly startedAt: string;
}

/** Hands a schedule's request to the model's workflow. */
export function submitRetrain(deps: ActivityDeps) {
  return async (input: SubmittedRetrain): Promise<void> => {
    // Event time of a schedule: how far the model's own data has come, else the wall clock.
    const { watermarkMs } = await deps.predictions.summary(input.model);
    const asOf = watermarkMs === null ? input.startedAt : formatEventTime(watermarkMs);
    await signalManageModel(deps.temporal, input.model, 'retrain', {
      kind: 'retrain',
      trigger: 'schedule',
      requestId: input.requestId,
      asOf,
      actor: input.actor,
      reason: input.reason,
      evidence: { planHash: input.planHash },
      window: null,
      plan: { plan: input.plan, planHash: input.planHash, baseDirectory: input.baseDirectory },
      answerTo: input.answerTo,
    });
  };
}
