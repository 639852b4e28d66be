import { Context } from '@temporalio/activity';
import type {
  CacheEntry,
  PipelinePlan,
  PlanStep,
  StepKind,
  StepOutcome,
  StepTask,
} from '../contracts/index.js';
import {
  comparisonTerms,
  resolveArguments,
  resolveInputs,
  restsOnChampion,
  type StepKey,
  stepKey,
} from '../pipelines/cache/index.js';
import type { ExpressionScope } from '../pipelines/expressions/index.js';
import { failureOf, toApplicationFailure } from './application-failure.js';
import { findCached } from './cached-outcome.js';
import type { ActivityDeps } from './deps.js';
import { beating } from './heartbeat.js';
import { type PlanCache, stepOf } from './plan-cache.js';
import { recordedWork } from './recorded-work.js';
import { endedRecord, runningRecord } from './step-record.js';
import type { StepWork, StepWorkContext } from './step-work.js';

/**
 * Kinds whose work is less than a look-up and changes nothing: an attempt does them again. Results
 * of earlier runs are found for them too, by the walk at the run's start.
 */
const SOONER_DONE_THAN_FOUND: readonly StepKind[] = ['noop'];

/**
 * Turns a step kind into an activity: look up, work, record. An attempt that finds the step done
 * (it died after the effect, before its report) hands on what was recorded; one that finds the same
 * work done by another run hands on that; otherwise it works and records the result in one
 * transaction with its cache entry. That it works is recorded where it takes longer than a moment.
 */
export function stepActivity(
  deps: ActivityDeps,
  plans: PlanCache,
  work: StepWork,
): (task: StepTask) => Promise<StepOutcome> {
  return async (task) => {
    const { attempt } = Context.current().info;
    const plan = await plans.load(task.run.plan);
    const step = stepOf(plan, task.stepId);
    const looksUp = !SOONER_DONE_THAN_FOUND.includes(step.kind);
    const recorded = looksUp ? await deps.registry.step(task.run.runId, task.stepId) : null;
    if (recorded?.status === 'completed' && recorded.outcome !== null) return recorded.outcome;

    const running = runningRecord(task, step, { startedAtMs: Date.now(), attempt });
    try {
      const inputs = resolveInputs(step, scopeOf(task), task.run.retrain);
      const argv = resolveArguments(step, scopeOf(task));
      const key = await keyOf(deps, task, plan, step, { inputs, argv });
      const cached = looksUp && key !== null ? await findCached(deps, key.key) : null;
      if (cached !== null) {
        await deps.registry.completeStep(
          endedRecord(running, 'completed', { cacheKey: cached.key, outcome: cached.outcome }),
          null,
        );
        return cached.outcome;
      }
      const { outputs, gate = null } = await recordedWork(
        () => deps.registry.recordStep(running),
        () =>
          beating((signal, report) =>
            work({
              deps,
              task,
              plan,
              step,
              inputs,
              argv,
              attempt,
              signal,
              report,
              logger: deps.logger.child({ run: task.run.runId, step: step.id, attempt }),
            }),
          ),
      );
      const passed = gate === null || gate.passed || gate.overrideReason !== undefined;
      const outcome: StepOutcome = {
        status: passed ? 'completed' : 'rejected',
        cached: false,
        outputs,
        gate,
      };
      await deps.registry.completeStep(
        endedRecord(running, outcome.status, { cacheKey: key?.key ?? null, outcome }),
        passed && key !== null ? cacheEntryOf(key, task, outcome) : null,
      );
      return outcome;
    } catch (error) {
      if (Context.current().cancellationSignal.aborted) {
        await deps.registry.recordStep(endedRecord(running, 'cancelled', {}));
        throw error;
      }
      await deps.registry.recordStep(endedRecord(running, 'failed', { failure: failureOf(error) }));
      throw toApplicationFailure(error);
    }
  };
}

function scopeOf(task: StepTask): ExpressionScope {
  return {
    params: task.run.params,
    run: { id: task.run.runId, asOf: task.run.asOf },
    steps: task.upstream,
  };
}

/** `null` where the result must not be found again: effects, and a gate that a person overrode. */
async function keyOf(
  deps: ActivityDeps,
  task: StepTask,
  plan: PipelinePlan,
  step: PlanStep,
  resolved: Pick<StepWorkContext, 'inputs' | 'argv'>,
): Promise<StepKey | null> {
  if (task.gateOverride !== null) return null;
  const champion =
    restsOnChampion(step.kind, resolved.inputs) && plan.model !== null
      ? await deps.registry.champion(plan.model)
      : null;
  return stepKey({
    pipeline: plan,
    step,
    ...resolved,
    params: task.run.params,
    baseDirectory: task.run.baseDirectory,
    championVersion: champion?.version ?? null,
    comparison: comparisonTerms(plan, task.run.retrain),
    environment: deps.python.environment,
  });
}

function cacheEntryOf(key: StepKey, task: StepTask, outcome: StepOutcome): CacheEntry {
  return {
    key: key.key,
    pipeline: task.run.pipeline,
    stepId: task.stepId,
    runId: task.run.runId,
    parts: key.parts,
    outcome: { ...outcome, cached: true },
    createdAt: new Date().toISOString(),
  };
}
