import {
  type HeldGroup,
  MillraceError,
  type PipelinePlan,
  type RunPipelineInput,
} from '../../contracts/index.js';
import { resolveTemplate } from '../../pipelines/expressions/index.js';

/**
 * The group of a run with its name read; `null` where the file has none, and for a run that is a step
 * of another: it has its place within that one's, and would wait for it for ever.
 *
 * @throws MillraceError `InvalidInput` when the name is not a text of 1 to 200 characters
 */
export function heldGroup(
  { params, runId, asOf, parent }: RunPipelineInput,
  { concurrency, priority }: PipelinePlan,
): HeldGroup | null {
  if (concurrency === undefined || parent !== undefined) return null;
  const { limit, onFull } = concurrency;
  const value = resolveTemplate(concurrency.group, { params, run: { id: runId, asOf } });
  const group = typeof value === 'object' ? '' : String(value);
  if (group === '' || group.length > 200) {
    throw new MillraceError(
      'InvalidInput',
      `concurrency.group is ${JSON.stringify(value)}, not the name of a group`,
      'let it give a text of 1 to 200 characters',
    );
  }
  const { priorityKey } = priority ?? {};
  return { group, limit, onFull, ...(priorityKey !== undefined && { priorityKey }) };
}
