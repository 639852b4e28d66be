import type { StepTask } from '../contracts/index.js';
import type { ActivityDeps } from './deps.js';
import { type PlanCache, stepOf } from './plan-cache.js';
import { resolveStep } from './resolve-step.js';

/** The key of a step that is about to be done; `null` where its result must not be found again. */
export function findStepKey(deps: ActivityDeps, plans: PlanCache) {
  return async (task: StepTask): Promise<{ readonly key: string | null }> => {
    if (task.gateOverride !== null) return { key: null };
    const plan = await plans.load(task.run.plan);
    const { key } = await resolveStep(deps, task, plan, stepOf(plan, task.stepId));
    return { key: key.key };
  };
}
