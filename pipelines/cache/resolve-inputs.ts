import type { JsonObject, JsonValue, PlanStep, RetrainContext } from '../../contracts/index.js';
import { type ExpressionScope, resolveTemplate } from '../expressions/index.js';

/**
 * `with` of a step with every expression resolved. An `ingest` step of a retrain is told besides
 * which windows to leave out: what is in quarantine is never learned from, whatever the file says.
 */
export function resolveInputs(
  step: Pick<PlanStep, 'kind' | 'with'>,
  scope: ExpressionScope,
  retrain?: RetrainContext,
): JsonObject {
  const inputs = Object.fromEntries(
    Object.entries(step.with).map(([name, template]) => [name, resolveTemplate(template, scope)]),
  );
  if (step.kind !== 'ingest' || retrain === undefined || retrain.exclude.length === 0) {
    return inputs;
  }
  const exclude: JsonValue = retrain.exclude.map(({ start, end }) => ({ start, end }));
  return { ...inputs, exclude };
}
