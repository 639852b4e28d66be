import type { CacheEntry, PlanStep, StepKind, StepReuse, StepTask } from '../contracts/index.js';
import { findResult, type NoStepKey, type StepKey } from '../pipelines/cache/index.js';
import type { ActivityDeps } from './deps.js';

/**
 * Kinds whose work is less than a look-up and changes nothing: an attempt does them again. Results
 * of earlier runs are found for them too, by the walk at the run's start.
 */
const SOONER_DONE_THAN_FOUND: readonly StepKind[] = ['noop'];

export function looksUp({ kind }: Pick<PlanStep, 'kind'>): boolean {
  return !SOONER_DONE_THAN_FOUND.includes(kind);
}

/** Whether a step's result is there already, and why or why not. */
export interface StepLookUp {
  readonly reuse: StepReuse;
  readonly entry: CacheEntry | null;
}

/** Looks for the result of a step that is about to be done. */
export async function lookUpResult(
  deps: Pick<ActivityDeps, 'registry' | 'artifacts'>,
  task: StepTask,
  step: PlanStep,
  key: StepKey | NoStepKey,
): Promise<StepLookUp> {
  const off = (reason: string): StepLookUp => ({ reuse: { status: 'off', reason }, entry: null });
  if (task.gateOverride !== null) return off('its gate is overridden');
  if (key.key === null) return off(key.reason);
  if (step.cache === false) return off('cache: false has it always done');
  if (!looksUp(step)) return off('its work is less than a look-up');
  const again = task.run.takeOver?.redo ?? [];
  if (again.includes(step.id) || again.includes(task.stepId)) {
    return off('the run was asked to do it again');
  }
  const found = await findResult(step, key, {
    lookup: (text) => deps.registry.cacheEntry(text),
    latest: () => deps.registry.latestParts(task.run.pipeline, task.stepId),
    artifactDefect: (ref, since) => deps.artifacts.defect(ref, since),
  });
  const { status, reason } = found;
  return { reuse: { status, reason }, entry: found.status === 'hit' ? found.entry : null };
}
