import type { PlanStep } from '../../contracts/index.js';

/**
 * A condition on the steps that one needs, where it needs none. Not `always`: a cancellation does not
 * reach such a step either.
 */
export function joinWarnings(steps: readonly PlanStep[]): readonly string[] {
  return steps
    .filter(({ needs, runIf }) => needs.length === 0 && runIf !== undefined && runIf !== 'always')
    .map(
      ({ id, runIf }) =>
        `steps.${id}.runIf: ${runIf} says how the steps that it needs must have ended, and it needs none; add needs: [...], or remove it`,
    );
}
