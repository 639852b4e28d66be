import type { PlanStep } from '../../contracts/index.js';
import { type ExpressionScope, resolveTemplate } from '../expressions/index.js';

/**
 * The argument list of a `run` step with its expressions resolved; empty for every other kind. Each
 * element stays one argument whatever its expressions give: a value that is not text is its JSON.
 */
export function resolveArguments(step: PlanStep, scope: ExpressionScope): readonly string[] {
  return (step.command?.argv ?? []).map((template) => {
    const value = resolveTemplate(template, scope);
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}
