import type { PlanStep } from '../../contracts/index.js';
import { type ExpressionScope, resolveTemplate } from '../expressions/index.js';

/**
 * `env` of a `run` step with its expressions resolved; empty where it has none. `null` stands for the
 * worker's own value; a value that is not text is its JSON.
 */
export function resolveEnvironment(
  step: Pick<PlanStep, 'env'>,
  scope: ExpressionScope,
): { readonly [name: string]: string | null } {
  return Object.fromEntries(
    Object.entries(step.env ?? {}).map(([name, template]) => {
      const value = resolveTemplate(template, scope);
      return [name, value === null || typeof value === 'string' ? value : JSON.stringify(value)];
    }),
  );
}
