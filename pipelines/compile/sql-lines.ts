import type { PlanStep } from '../../contracts/index.js';
import type { SourceDocument } from '../source/document.js';

/** Where the SQL of each step begins in the file, for messages about a line of it. */
export function withSqlLines(
  steps: readonly PlanStep[],
  document: SourceDocument,
): readonly PlanStep[] {
  return steps.map((step) => {
    if (step.kind !== 'transform') return step;
    const sqlLine = document.textLine(['steps', step.id, 'with', 'sql']);
    return sqlLine === null ? step : { ...step, sqlLine };
  });
}
