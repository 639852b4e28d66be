import {
  type ArtifactRef,
  EMPTY_OUTPUTS,
  isArtifactRef,
  type JsonValue,
  type RunContext,
  type StepOutputs,
} from '../../contracts/index.js';
import { resolveTemplate } from '../../pipelines/expressions/index.js';
import type { ActivityDeps } from '../deps.js';
import { withItems } from '../items/task-scope.js';
import type { PlanCache } from '../plan-cache.js';

/**
 * What a pipeline's `outputs` give at the end of a run.
 *
 * @param steps - what its steps handed on; those that did not complete are empty
 * @throws ExpressionError for an output that reads what is not there
 */
export function resolveRunOutputs(deps: ActivityDeps, plans: PlanCache) {
  return async ({
    run,
    steps,
  }: {
    readonly run: RunContext;
    readonly steps: { readonly [step: string]: StepOutputs };
  }): Promise<StepOutputs> => {
    const { outputs = {}, handsOn } = await plans.load(run.plan);
    if (handsOn !== undefined) return steps[handsOn] ?? EMPTY_OUTPUTS;
    const scope = {
      params: run.params,
      run: { id: run.runId, asOf: run.asOf },
      steps: await withItems(deps.artifacts, steps),
    };
    const values: Record<string, JsonValue> = {};
    const artifacts: Record<string, ArtifactRef> = {};
    for (const [name, template] of Object.entries(outputs)) {
      const value = resolveTemplate(template, scope);
      const candidate: unknown = value;
      if (isArtifactRef(candidate)) artifacts[name] = candidate;
      else values[name] = value;
    }
    return { ...EMPTY_OUTPUTS, values, artifacts };
  };
}
