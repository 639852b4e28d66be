import type { RunEnding, ScheduledStep } from '../contracts/index.js';
import { finishing } from './finishing-scope.js';
import { executeStep, type PipelineStepContext } from './pipeline-step.js';
import type { StepEnd } from './step-graph.js';

/** The steps that follow the end of a run, by when they do; absent lists are empty. */
export interface ScheduledHooks {
  readonly onSuccess?: readonly ScheduledStep[];
  readonly onFailure?: readonly ScheduledStep[];
  readonly finally?: readonly ScheduledStep[];
}

/**
 * Does the steps that follow this ending, one after the other: those of success or failure, then
 * `finally`. None holds up those after it, and none changes how the run ended.
 *
 * @param ends - of the run's steps; theirs are added
 * @returns what went wrong in them, `null` where nothing did
 */
export async function runHooks(
  hooks: ScheduledHooks,
  ending: RunEnding,
  context: PipelineStepContext,
  ends: Map<string, StepEnd>,
): Promise<string | null> {
  const steps = [...following(hooks, ending.status), ...(hooks.finally ?? [])];
  if (steps.length === 0) return null;
  return finishing(async () => {
    const troubles: string[] = [];
    for (const step of steps) {
      const end = await executeStep({ ...context, ending }, step, ends);
      ends.set(step.id, end);
      if (end.status === 'cancelled' || (end.status === 'failed' && end.tolerated !== true)) {
        troubles.push(`step ${step.id} after the end: ${end.detail}`);
      }
    }
    return troubles.length === 0 ? null : troubles.join('; ');
  });
}

function following(
  { onSuccess = [], onFailure = [] }: ScheduledHooks,
  status: RunEnding['status'],
): readonly ScheduledStep[] {
  if (status === 'completed') return onSuccess;
  return status === 'failed' ? onFailure : [];
}
