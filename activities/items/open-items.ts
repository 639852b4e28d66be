import {
  type ArtifactRef,
  type ItemSource,
  itemLabel,
  itemStepId,
  MEDIA_TYPE,
  type PlanStep,
  type StepTask,
} from '../../contracts/index.js';
import {
  type ExpressionScope,
  evaluateCondition,
  references,
} from '../../pipelines/expressions/index.js';
import type { ActivityDeps } from '../deps.js';
import { type PlanCache, stepOf } from '../plan-cache.js';
import { endedRecord, runningRecord } from '../step-record.js';
import { resolveItems } from './resolve-items.js';
import { taskScope } from './task-scope.js';

export interface OpenedItems {
  readonly count: number;
  /** An {@link ItemSource}. */
  readonly source: ArtifactRef;
  /** Items that are to be done, by index; `null`: all. */
  readonly pending: readonly number[] | null;
}

/** Whether a step's `if` is asked for each item: it reads the item. */
export function asksEachItem({ fanOut, if: condition }: Pick<PlanStep, 'fanOut' | 'if'>): boolean {
  if (fanOut === undefined || condition === null) return false;
  return references(condition).some(([root]) => root === 'item' || root === 'matrix');
}

/**
 * Works out the items of a step and records them as pending, those that its `if` leaves out as
 * skipped. The items and what they read are stored once; what is handed on is their number.
 */
export function openItems(deps: ActivityDeps, plans: PlanCache) {
  return async ({ task }: { readonly task: StepTask }): Promise<OpenedItems> => {
    const step = stepOf(await plans.load(task.run.plan), task.stepId);
    const scope = await taskScope(deps, task);
    const items = await resolveItems(step, scope, deps.artifacts);
    const root: ItemSource['root'] = step.fanOut?.matrix === undefined ? 'item' : 'matrix';
    const content: ItemSource = { root, items, upstream: task.upstream };
    const source = await deps.artifacts.putJson(content, MEDIA_TYPE.json);
    const begun = { startedAtMs: Date.now(), attempt: 1 };
    await deps.registry.recordStep(runningRecord(task, step, begun));

    const left = asksEachItem(step) ? leftOut(step, items, root, scope) : new Set<number>();
    const records = items.map((item, index) => {
      const stepId = itemStepId(task.stepId, index);
      const record = runningRecord({ ...task, stepId }, step, { ...begun, attempt: 0 });
      const named = { ...record, item: itemLabel(item) };
      return left.has(index)
        ? endedRecord(named, 'skipped', {})
        : { ...named, status: 'pending' as const, startedAt: null };
    });
    await deps.registry.recordItems(records);
    const pending = left.size === 0 ? null : [...items.keys()].filter((index) => !left.has(index));
    return { count: items.length, source, pending };
  };
}

/** @throws ExpressionError naming what is wrong, as for the `if` of any step */
function leftOut(
  step: Pick<PlanStep, 'if'>,
  items: ItemSource['items'],
  root: ItemSource['root'],
  scope: ExpressionScope,
): ReadonlySet<number> {
  const out = new Set<number>();
  for (const [index, item] of items.entries()) {
    if (!evaluateCondition(step.if ?? 'true', { ...scope, [root]: item })) out.add(index);
  }
  return out;
}
