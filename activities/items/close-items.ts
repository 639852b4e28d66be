import {
  type ArtifactRef,
  type CollectedItem,
  EMPTY_OUTPUTS,
  type ItemSource,
  itemIndex,
  itemStepId,
  MEDIA_TYPE,
  type PlanStep,
  type RunContext,
  type StepFailure,
  type StepOutputs,
  type StepRecord,
  type StepTask,
} from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';
import { type PlanCache, stepOf } from '../plan-cache.js';
import { endedRecord, runningRecord } from '../step-record.js';

/** What is larger is stored: it travels through Temporal with every step that reads it. */
const MAX_INLINE_BYTES = 32 * 1024;

export interface ItemFailures {
  readonly run: RunContext;
  readonly stepId: string;
  readonly failures: readonly { readonly index: number; readonly failure: StepFailure }[];
}

/** Records failures that only the workflow knows; what the item's own attempt said stays. */
export function recordItemFailures(deps: ActivityDeps, plans: PlanCache) {
  return async ({ run, stepId, failures }: ItemFailures): Promise<void> => {
    const step = stepOf(await plans.load(run.plan), stepId);
    const known = byIndex(await deps.registry.items(run.runId, stepId));
    const records = failures.map(({ index, failure }) => {
      const begun = known.get(index) ?? blank(run, step, index);
      return endedRecord(begun, 'failed', { failure: begun.failure ?? failure });
    });
    await deps.registry.recordItems(records);
  };
}

export interface ItemsEnd {
  readonly task: StepTask;
  readonly source: ArtifactRef;
  readonly status: 'completed' | 'failed' | 'rejected';
  readonly failure: StepFailure | null;
}

export interface GatheredItems {
  readonly outputs: StepOutputs;
  /** Every item was left out by the step's `if`. */
  readonly skipped: boolean;
}

/**
 * Gathers what the items handed on as lists in item order, and records how the step ended. Items
 * that never began are cancelled.
 */
export function closeItems(deps: ActivityDeps, plans: PlanCache) {
  return async ({ task, source, status, failure }: ItemsEnd): Promise<GatheredItems> => {
    const { run, stepId } = task;
    const step = stepOf(await plans.load(run.plan), stepId);
    const { items } = await deps.artifacts.readJson<ItemSource>(source);
    const known = byIndex(await deps.registry.items(run.runId, stepId));
    const list = items.map((item, index): CollectedItem => {
      const record = known.get(index);
      const outputs = record?.status === 'completed' ? record.outcome?.outputs : undefined;
      return { item, outputs: outputs ?? null };
    });
    const never = [...items.keys()].flatMap((index) => {
      const record = known.get(index) ?? blank(run, step, index);
      const isOpen = record.status === 'pending' || record.status === 'running';
      return isOpen ? [endedRecord(record, 'cancelled', {})] : [];
    });
    await deps.registry.recordItems(never);

    const outputs = await collected(deps, list);
    const skipped =
      items.length > 0 && [...known.values()].every((one) => one.status === 'skipped');
    const begun = await deps.registry.step(run.runId, stepId);
    const running = begun ?? runningRecord(task, step, { startedAtMs: Date.now(), attempt: 1 });
    const outcome = { status: 'completed' as const, cached: false, outputs, gate: null };
    const end = failure === null ? { outcome } : { outcome, failure };
    await deps.registry.completeStep(
      endedRecord(running, skipped ? 'skipped' : status, skipped ? {} : end),
      null,
    );
    return { outputs, skipped };
  };
}

async function collected(
  { artifacts }: Pick<ActivityDeps, 'artifacts'>,
  list: readonly CollectedItem[],
): Promise<StepOutputs> {
  const count = list.length;
  const bytes = Buffer.byteLength(JSON.stringify(list));
  if (bytes <= MAX_INLINE_BYTES) return { ...EMPTY_OUTPUTS, items: { count, list } };
  return {
    ...EMPTY_OUTPUTS,
    items: { count, ref: await artifacts.putJson(list, MEDIA_TYPE.json) },
  };
}

function byIndex(records: readonly StepRecord[]): ReadonlyMap<number, StepRecord> {
  return new Map(records.map((record) => [itemIndex(record.stepId) ?? -1, record]));
}

function blank(run: RunContext, step: PlanStep, index: number): StepRecord {
  const task = { run, stepId: itemStepId(step.id, index), upstream: {}, gateOverride: null };
  return runningRecord(task, step, { startedAtMs: Date.now(), attempt: 0 });
}
