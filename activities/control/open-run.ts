import {
  type FanOutSpec,
  MillraceError,
  type PlanStep,
  type RunHooks,
  type RunPipelineInput,
  type ScheduledFanOut,
  type ScheduledStep,
} from '../../contracts/index.js';
import { walkPlan } from '../../pipelines/cache/index.js';
import type { ActivityDeps } from '../deps.js';
import type { PlanCache } from '../plan-cache.js';
import { readCodeState } from './code-state.js';
import { type FoundStep, reuse, takeOver } from './found-steps.js';

export interface OpenedRun {
  /** In topological order. */
  readonly steps: readonly ScheduledStep[];
  /** Steps whose results were found by content: they do not run. */
  readonly hits: readonly FoundStep[];
  /** The steps that follow the run's end; absent where the plan has none. */
  readonly hooks?: { readonly [When in keyof RunHooks]: readonly ScheduledStep[] };
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
    const statuses = await walkPlan(plan, {
      params: run.params,
      run: { id: run.runId, asOf: run.asOf },
      ...(run.retrain !== undefined && { retrain: run.retrain }),
      baseDirectory: run.baseDirectory,
      environment: deps.python.environment,
      lookup: (key) => deps.registry.cacheEntry(key),
      latest: (stepId) => deps.registry.latestCacheEntry(plan.name, stepId),
      artifactDefect: (ref, since) => deps.artifacts.defect(ref, since),
      championVersion: async () =>
        plan.model === null ? null : ((await deps.registry.champion(plan.model))?.version ?? null),
    });
    const hits = [
      ...(await takeOver(deps, run, plan)),
      ...(await reuse(deps, run, plan, statuses)),
    ];
    const hooks = scheduledHooks(plan);
    return { steps: plan.steps.map(scheduled), hits, ...(hooks !== null && { hooks }) };
  };
}

const HOOKS = ['onSuccess', 'onFailure', 'finally'] as const;

function scheduledHooks(plan: RunHooks): NonNullable<OpenedRun['hooks']> | null {
  const lists = HOOKS.filter((when) => plan[when] !== undefined);
  if (lists.length === 0) return null;
  return Object.fromEntries(lists.map((when) => [when, (plan[when] ?? []).map(scheduled)]));
}

function scheduled(step: PlanStep): ScheduledStep {
  const { id, kind, needs, reads, if: condition, retry, timeoutMs, queue } = step;
  const { runIf, continueOnError, totalTimeoutMs, fanOut } = step;
  return {
    id,
    kind,
    needs,
    reads,
    if: condition,
    retry,
    timeoutMs,
    queue,
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
