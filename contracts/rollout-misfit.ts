import type { RolloutSpec } from './rollout.js';
import { complaintOfMetrics } from './rollout-metrics.js';
import { RolloutProblem } from './rollout-problem.js';
import type { ModelSignature } from './signature.js';

/**
 * Why a rollout, well written, cannot be one of this model: a metric that measures another task, or
 * a column that no request of the model carries and by which nothing would stick.
 *
 * @returns `null` where it can
 */
export function rolloutMisfit(
  spec: RolloutSpec,
  { task, inputs, context }: ModelSignature,
): RolloutProblem | null {
  const complaint = complaintOfMetrics(spec, task);
  if (complaint !== null) return new RolloutProblem('analysis', complaint);
  const { stickyBy } = spec;
  const columns = [...inputs, ...context].map(({ name }) => name);
  if (stickyBy === null || columns.includes(stickyBy)) return null;
  return new RolloutProblem(
    'stickyBy',
    `requests of the model have no column ${stickyBy}; it takes ${columns.join(', ')}`,
  );
}
