import {
  type FanOutSpec,
  type HeldGroup,
  MillraceError,
  type PipelinePlan,
  type PlanStep,
  RUN_HOOKS,
  type RunHooks,
  type RunPipelineInput,
  type ScheduledFanOut,
  type ScheduledStep,
} from '../../contracts/index.js';
import { walkPlan } from '../../pipelines/cache/index.js';
import { templateReferences } from '../../pipelines/expressions/index.js';
import { heldGroup } from '../concurrency/held-group.js';
import type { ActivityDeps } from '../deps.js';
import { asksEachItem } from '../items/open-items.js';
import type { PlanCache } from '../plan-cache.js';
import { readCodeState } from './code-state.js';
import { type FoundStep, recordGiven, reuse, takeOver } from './found-steps.js';

export interface OpenedRun {
  /** In topological order. */
  readonly steps: readonly ScheduledStep[];
  /** Steps whose results were found by content: they do not run. */
  readonly hits: readonly FoundStep[];
  /** Steps that the pipeline's `outputs` read; absent where no step waits for them. */
  readonly outputReads?: readonly string[];
  /** The steps that follow the run's end; absent where the plan has none. */
  readonly hooks?: { readonly [When in keyof RunHooks]: readonly ScheduledStep[] };
  /** The group whose place it needs before its first step; absent: none. */
  readonly held?: HeldGroup;
}

/**
 * Records the run and walks its plan once for results that are there already, so that a run of
 * which nothing changed costs one activity. Repeatable: the run is keyed by its id.
 */
export function openRun(deps: ActivityDeps, plans: PlanCache) {
  return async ({
    run,
    workflowId,
  }: {
    run: RunPipelineInput;
    workflowId: string;
  }): Promise<OpenedRun> => {
    const plan = await plans.load(run.plan);
    if (plan.name !== run.pipeline) {
      throw new MillraceError(
        'Internal',
        `run ${run.runId} is of ${run.pipeline}, its plan of ${plan.name}`,
      );
    }
    const code = await readCodeState(run.baseDirectory);
    await deps.registry.openRun({
      ...run,
      ...(code !== null && { code }),
      ...(plan.environment !== undefined && { environment: plan.environment }),
      workflowId,
      status: 'running',
      detail: null,
      startedAt: new Date().toISOString(),
      endedAt: null,
    });
    // What a trial's step reads is given; the walk would look for results of the stand-ins.
    const walked = run.given === undefined ? plan : { ...plan, steps: [] };
    const statuses = await walkPlan(walked, {
      params: run.params,
      run: { id: run.runId, asOf: run.asOf },
      ...(run.retrain !== undefined && { retrain: run.retrain }),
      baseDirectory: run.baseDirectory,
      environment: deps.python.environment,
      lookup: (key) => deps.registry.cacheEntry(key),
      latest: (stepId) => deps.registry.latestParts(plan.name, stepId),
      artifactDefect: (ref, since) => deps.artifacts.defect(ref, since),
      imageDigest: async (image) => (await deps.images?.digest(image)) ?? null,
      championVersion: async () =>
        plan.model === null ? null : ((await deps.registry.champion(plan.model))?.version ?? null),
    });
    const hits = [
      ...(await recordGiven(deps, run, plan)),
      ...(await takeOver(deps, run, plan)),
      ...(await reuse(deps, run, plan, statuses)),
    ];
    const hooks = scheduledHooks(plan);
    const held = heldGroup(run, plan);
    return {
      steps: plan.steps.map((step) => scheduled(step, plan)),
      hits,
      ...(held !== null && { held }),
      ...(hooks !== null && { hooks }),
      ...(run.parent !== undefined && { outputReads: outputReads(plan) }),
    };
  };
}

function scheduledHooks(plan: PipelinePlan): NonNullable<OpenedRun['hooks']> | null {
  const lists = RUN_HOOKS.filter((when) => plan[when] !== undefined);
  if (lists.length === 0) return null;
  return Object.fromEntries(
    lists.map((when) => [when, (plan[when] ?? []).map((step) => scheduled(step, plan))]),
  );
}

function scheduled(step: PlanStep, plan: PipelinePlan): ScheduledStep {
  const { id, kind, needs, reads, if: condition, retry, timeoutMs, queue } = step;
  const { runIf, continueOnError, totalTimeoutMs, fanOut, priority = plan.priority } = step;
  return {
    id,
    kind,
    needs,
    reads,
    // The `if` that reads an item is asked for each of them, once they are known.
    if: asksEachItem(step) ? null : condition,
    retry,
    timeoutMs,
    queue,
    ...(priority !== undefined && { priority }),
    ...(runIf !== undefined && { runIf }),
    ...(continueOnError !== undefined && { continueOnError }),
    ...(totalTimeoutMs !== undefined && { totalTimeoutMs }),
    ...(fanOut !== undefined && { fanOut: scheduledFanOut(fanOut) }),
    ...(step.cache && step.cache.scope === 'shared' && { scope: 'shared' }),
  };
}

function scheduledFanOut({ maxParallel, failFast }: FanOutSpec): ScheduledFanOut {
  return {
    ...(maxParallel !== undefined && { maxParallel }),
    ...(failFast !== undefined && { failFast }),
  };
}

function outputReads({ steps, outputs = {}, handsOn }: PipelinePlan): readonly string[] {
  if (handsOn !== undefined) return [handsOn];
  const read = new Set(templateReferences(Object.values(outputs)).map(([, step]) => step));
  return steps.flatMap(({ id }) => (read.has(id) ? [id] : []));
}
