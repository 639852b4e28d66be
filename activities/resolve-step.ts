import { Context } from '@temporalio/activity';
import type {
  JsonObject,
  PipelinePlan,
  PlanStep,
  StepContainer,
  StepTask,
} from '../contracts/index.js';
import {
  asksDigest,
  comparisonTerms,
  type NoStepKey,
  resolveArguments,
  resolveContainer,
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
  readonly container: StepContainer | null;
  readonly key: StepKey | NoStepKey;
}

export async function resolveStep(
  deps: Pick<ActivityDeps, 'registry' | 'python' | 'artifacts' | 'images'>,
  task: StepTask,
  plan: PipelinePlan,
  step: PlanStep,
): Promise<ResolvedStep> {
  const scope = await taskScope(deps, task);
  const inputs = resolveInputs(step, scope, task.run.retrain);
  const argv = resolveArguments(step, scope);
  const env = resolveEnvironment(step, scope);
  const container = resolveContainer(step, scope);
  // Another content is another result: the image is there before its result is looked for.
  const imageDigest = asksDigest(container)
    ? ((await deps.images?.fetch(container, Context.current().cancellationSignal)) ?? null)
    : null;
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
    ...(container !== null && { image: container.image }),
    ...(imageDigest !== null && { imageDigest }),
    params: task.run.params,
    baseDirectory: task.run.baseDirectory,
    championVersion: champion?.version ?? null,
    comparison: comparisonTerms(plan, task.run.retrain),
    environment: deps.python.environment,
  });
  return { inputs, argv, env, container, key };
}
