import {
  allSteps,
  itemIndex,
  type RunContext,
  type RunPipelineResult,
  type StepFailure,
  type StepRecord,
  type StepStatus,
} from '../../contracts/index.js';
import { experimentOf } from '../../pipelines/cache/index.js';
import type { ActivityDeps } from '../deps.js';
import type { PlanCache } from '../plan-cache.js';
import { endedRecord, runningRecord } from '../step-record.js';

export interface RunEnd {
  readonly run: RunContext;
  readonly status: RunPipelineResult['status'];
  readonly detail: string | null;
  /** Steps whose end only the workflow knows. */
  readonly steps: readonly {
    readonly stepId: string;
    readonly status: StepStatus;
    readonly failure: StepFailure | null;
  }[];
}

/** Records how a run and each of its steps ended; no step is left `running` or `pending`. */
export function closeRun(deps: ActivityDeps, plans: PlanCache) {
  return async ({ run, status, detail, steps }: RunEnd): Promise<void> => {
    const known = new Map(steps.map((step) => [step.stepId, step]));
    const records = new Map(
      (await deps.registry.steps(run.runId)).map((record) => [record.stepId, record]),
    );
    const plan = await plans.load(run.plan).catch(() => null);
    const due = new Set(plan?.steps.map(({ id }) => id));
    for (const step of plan === null ? [] : allSteps(plan)) {
      const record = records.get(step.id);
      // Of the steps after the end, those of another ending were never due.
      if (!due.has(step.id) && record === undefined && !known.has(step.id)) continue;
      const end = known.get(step.id);
      // An attempt that ran out of time was told to stop, as by a cancellation: the run knows better.
      const isOverdue = record?.status === 'cancelled' && end?.status === 'failed';
      const isOpen = ['running', 'pending', 'failed'].includes(record?.status ?? 'pending');
      if (!isOpen && !isOverdue) continue;
      const endStatus = end?.status ?? (record?.status === 'failed' ? 'failed' : 'cancelled');
      const begun =
        record ??
        runningRecord({ run, stepId: step.id, upstream: {}, gateOverride: null }, step, {
          startedAtMs: Date.now(),
          attempt: 0,
        });
      // What the activity recorded says more (it has the hint) than what reached the workflow.
      const failure = record?.failure ?? end?.failure;
      const outcome = record?.outcome ?? null;
      const ended: StepRecord = {
        ...endedRecord(begun, endStatus, {
          ...(failure !== null && failure !== undefined && { failure }),
          ...(outcome !== null && { outcome }),
        }),
        // Its last attempt may have ended long before the run.
        ...(begun.endedAt !== null && { endedAt: begun.endedAt, durationMs: begun.durationMs }),
      };
      await deps.registry.recordStep(ended);
      records.set(step.id, ended);
    }
    const cancelled = [...records.values()].flatMap(cancelledItem);
    await deps.registry.recordItems(cancelled);
    for (const item of cancelled) records.set(item.stepId, item);
    await deps.registry.closeRun(run.runId, status, detail, new Date().toISOString());
    const closed = await deps.registry.run(run.runId);
    if (closed === null) return;
    // What was read and written above: a wide step has thousands of records.
    const experiment = experimentOf(closed, [...records.values()]);
    await deps.registry.experiments.put(experiment);
  };
}

/** An item that had not ended when its run did. */
function cancelledItem(record: StepRecord): readonly StepRecord[] {
  const isOpen = record.status === 'pending' || record.status === 'running';
  return isOpen && itemIndex(record.stepId) !== null ? [endedRecord(record, 'cancelled', {})] : [];
}
