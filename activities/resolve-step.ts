import type { JsonObject, PipelinePlan, PlanStep, StepTask } from '../contracts/index.js';
import {
  comparisonTerms,
  type NoStepKey,
  resolveArguments,
  resolveEnvironment,
  resolveInputs,
  restsOnChampion,
  type StepKey,
  stepKey,
} from '../pipelines/cache/index.js';
import type { ActivityDeps } from './deps.js';
import { taskScope } from './items/task-scope.js';

/** A step with every expression resolved, and the key of its result. */
export interface ResolvedStep {
  readonly inputs: JsonObject;
  readonly argv: readonly string[];
  readonly env: { readonly [name: string]: string | null };
  readonly key: StepKey | NoStepKey;
}

export async function resolveStep(
  deps: Pick<ActivityDeps, 'registry' | 'python' | 'artifacts'>,
  task: StepTask,
  plan: PipelinePlan,
  step: PlanStep,
): Promise<ResolvedStep> {
  const scope = await taskScope(deps, task);
  const inputs = resolveInputs(step, scope, task.run.retrain);
  const argv = resolveArguments(step, scope);
  const env = resolveEnvironment(step, scope);
  const champion =
    restsOnChampion(step.kind, inputs) && plan.model !== null
      ? await deps.registry.champion(plan.model)
      : null;
  const key = await stepKey({
    pipeline: plan,
    step,
    inputs,
    argv,
    env,
    params: task.run.params,
    baseDirectory: task.run.baseDirectory,
    championVersion: champion?.version ?? null,
    comparison: comparisonTerms(plan, task.run.retrain),
    environment: deps.python.environment,
  });
  return { inputs, argv, env, key };
}
