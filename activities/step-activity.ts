import { Context } from '@temporalio/activity';
import {
  type CacheEntry,
  isMillraceError,
  MillraceError,
  type StepKind,
  type StepOutcome,
  type StepRecord,
  type StepTask,
} from '../contracts/index.js';
import type { StepKey } from '../pipelines/cache/index.js';
import { failureOf, toApplicationFailure } from './application-failure.js';
import type { ActivityDeps } from './deps.js';
import { beating } from './heartbeat.js';
import { keepCurve } from './keep-curve.js';
import { type PlanCache, stepOf } from './plan-cache.js';
import { recordedWork } from './recorded-work.js';
import { resolveStep } from './resolve-step.js';
import { looksUp, lookUpResult } from './step-lookup.js';
import { endedRecord, runningRecord } from './step-record.js';
import type { StepWork, StepWorkContext } from './step-work.js';
import { tellSearch } from './tuning/tell-search.js';

/** Kinds that tell of metrics while they work. */
const TELL_METRICS: readonly StepKind[] = ['run', 'train'];

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
  const once = async (
    task: StepTask,
    signal: AbortSignal,
    report: StepWorkContext['report'],
  ): Promise<StepOutcome> => {
    const { attempt, currentAttemptScheduledTimestampMs } = Context.current().info;
    const plan = await plans.load(task.run.plan);
    const step = stepOf(plan, task.stepId);
    const recorded = looksUp(step) ? await deps.registry.step(task.run.runId, task.stepId) : null;
    if (recorded?.status === 'completed' && recorded.outcome !== null) return recorded.outcome;

    let running = runningRecord(task, step, {
      startedAtMs: Date.now(),
      attempt,
      fence: new Date(currentAttemptScheduledTimestampMs).toISOString(),
    });
    const search = tellSearch(deps, task);
    try {
      const { key, ...resolved } = await resolveStep(deps, task, plan, step);
      const { reuse, entry } = await lookUpResult(deps, task, step, key);
      running = { ...running, ...(key.key !== null && { parts: key.parts }), reuse };
      if (entry !== null) {
        const { outcome } = entry;
        const reused = endedRecord(running, 'completed', { cacheKey: entry.key, outcome });
        if ((await deps.registry.reuseSteps([reused])).has(task.stepId)) return outcome;
        const reason = `the result of run ${entry.runId} was removed just now`;
        running = { ...running, reuse: { status: 'miss', reason } };
      }
      // Whatever an earlier attempt still writes is refused from here on.
      if (attempt > 1) await deps.registry.recordStep(running);
      const { outputs, gate = null } = await recordedWork(
        () => deps.registry.recordStep(running),
        () =>
          work({
            deps,
            task,
            plan,
            step,
            ...resolved,
            attempt,
            isLatest: () => isLatest(deps, running),
            signal,
            report: (progress) => {
              report(progress);
              search.tell(progress);
            },
            logger: deps.logger.child({ run: task.run.runId, step: task.stepId, attempt }),
          }),
      );
      await search.told();
      if (TELL_METRICS.includes(step.kind)) await keepCurve(deps, running);
      const passed = gate === null || gate.passed || gate.overrideReason !== undefined;
      const outcome: StepOutcome = {
        status: passed ? 'completed' : 'rejected',
        cached: false,
        outputs,
        gate,
      };
      const keeps =
        passed && key.key !== null && step.cache !== false && task.gateOverride === null;
      const taken = await deps.registry.completeStep(
        endedRecord(running, outcome.status, { cacheKey: keeps ? key.key : null, outcome }),
        keeps ? cacheEntryOf(key, task, outcome) : null,
      );
      return taken ? outcome : await outcomeInstead(deps, task);
    } catch (error) {
      if (TELL_METRICS.includes(step.kind)) await keepCurve(deps, running);
      const end = signal.aborted
        ? endedRecord(running, 'cancelled', {})
        : endedRecord(running, 'failed', { failure: failureOf(error) });
      await deps.registry.recordStep(end).catch((unrecorded: unknown) => {
        // The end of the run records what this could not.
        deps.logger.warn(
          { err: unrecorded, run: task.run.runId, step: task.stepId },
          'not recorded',
        );
      });
      throw error;
    }
  };
  return async (task) => {
    try {
      // All of it: to read what a step rests on may take longer than its work.
      return await beating((signal, report) => once(task, signal, report));
    } catch (error) {
      const { aborted } = Context.current().cancellationSignal;
      throw aborted && !isMillraceError(error) ? error : toApplicationFailure(error);
    }
  };
}

async function isLatest(
  { registry }: ActivityDeps,
  { runId, stepId, fence = '' }: StepRecord,
): Promise<boolean> {
  const recorded = await registry.step(runId, stepId);
  return (recorded?.fence ?? '') <= fence;
}

/** What stands where a late attempt's result was refused. */
async function outcomeInstead(deps: ActivityDeps, task: StepTask): Promise<StepOutcome> {
  const recorded = await deps.registry.step(task.run.runId, task.stepId);
  if (recorded?.status === 'completed' && recorded.outcome !== null) return recorded.outcome;
  throw new MillraceError(
    'Internal',
    `step ${task.stepId}: this attempt ended too late, its result was refused`,
    'a later attempt has begun, or the run has ended',
  );
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
