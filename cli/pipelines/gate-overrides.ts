import { MillraceError, type PipelinePlan } from '../../contracts/index.js';
import { suggestion } from '../../pipelines/nearest.js';

/**
 * Reasons by step for the gates that a person overrides.
 *
 * @throws MillraceError `InvalidInput` when a step does not exist or has no gate
 */
export function gateOverrides(
  plan: PipelinePlan,
  steps: readonly string[],
  reason = '',
): { readonly [step: string]: string } {
  const gated = plan.steps.filter(({ gate }) => gate !== null).map(({ id }) => id);
  for (const id of steps) {
    if (gated.includes(id)) continue;
    const exists = plan.steps.some((step) => step.id === id);
    throw new MillraceError(
      'InvalidInput',
      exists ? `step ${id} has no gate to override` : `${plan.name} has no step ${id}`,
      gated.length === 0 ? 'no step of this pipeline has a gate' : suggestion(id, gated),
    );
  }
  return Object.fromEntries(steps.map((id) => [id, reason]));
}
