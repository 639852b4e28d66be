import {
  MillraceError,
  type RunPipelineInput,
  type ScheduledStep,
  type StepOutputs,
} from '../../contracts/index.js';
import { walkPlan } from '../../pipelines/cache/index.js';
import type { ActivityDeps } from '../deps.js';
import type { PlanCache } from '../plan-cache.js';
import { endedRecord, runningRecord } from '../step-record.js';
import { readCodeState } from './code-state.js';

export interface OpenedRun {
  /** In topological order. */
  readonly steps: readonly ScheduledStep[];
  /** Steps whose results were found by content: they do not run. */
  readonly hits: readonly { readonly stepId: string; readonly outputs: StepOutputs }[];
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
      artifactExists: (ref) => deps.artifacts.has(ref),
      championVersion: async () =>
        plan.model === null ? null : ((await deps.registry.champion(plan.model))?.version ?? null),
    });
    const hits: { stepId: string; outputs: StepOutputs }[] = [];
    for (const { stepId, status, entry } of statuses) {
      if (status !== 'hit' || entry === undefined || Object.hasOwn(run.gateOverrides, stepId))
        continue;
      const step = plan.steps.find(({ id }) => id === stepId);
      if (step === undefined) continue;
      const running = runningRecord({ run, stepId, upstream: {}, gateOverride: null }, step, {
        startedAtMs: Date.now(),
        attempt: 0,
      });
      await deps.registry.completeStep(
        endedRecord(running, 'completed', { cacheKey: entry.key, outcome: entry.outcome }),
        null,
      );
      hits.push({ stepId, outputs: entry.outcome.outputs });
    }
    return { steps: plan.steps.map(scheduled), hits };
  };
}

function scheduled(step: ScheduledStep): ScheduledStep {
  const { id, kind, needs, reads, if: condition, retry, timeoutMs, queue } = step;
  return { id, kind, needs, reads, if: condition, retry, timeoutMs, queue };
}
