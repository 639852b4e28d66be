import {
  MillraceError,
  type PipelinePlan,
  planStepId,
  type RunRecord,
  type RunTakeOver,
  type StepRecord,
} from '../../contracts/index.js';
import { suggestion } from '../../pipelines/nearest.js';

/**
 * Which steps a run takes over from an earlier one, and which it does again.
 *
 * - With `from`, that step and all that follow it are done again, found or not; every other step that
 *   had completed stays as it was. Of an item (`train[3]`) the others of its step are found by their
 *   content.
 * - Without it, a run that did not complete goes on: what had completed stays. One that did complete,
 *   or gets other values or another plan, is run as any other: results are found by their content.
 *
 * @throws MillraceError `NotFound` when the plan has no step `from`
 */
export function takenOver(
  plan: PipelinePlan,
  run: Pick<RunRecord, 'runId' | 'status'>,
  steps: readonly StepRecord[],
  { from, changed }: { readonly from: string | null; readonly changed: boolean },
): RunTakeOver {
  const ids = plan.steps.map(({ id }) => id);
  const completed = steps
    .filter(({ status, stepId }) => status === 'completed' && ids.includes(stepId))
    .map(({ stepId }) => stepId);
  if (from === null) {
    const goesOn = run.status !== 'completed' && !changed;
    return { runId: run.runId, steps: goesOn ? completed : [], redo: [] };
  }
  const first = planStepId(from);
  if (!ids.includes(first)) {
    throw new MillraceError(
      'NotFound',
      `the plan has no step ${first}`,
      suggestion(first, ids) ?? `its steps are ${ids.join(', ')}`,
    );
  }
  if (first !== from && !steps.some(({ stepId }) => stepId === from)) {
    throw new MillraceError(
      'NotFound',
      `the run has no item ${from}`,
      `--from ${first} does the whole step again`,
    );
  }
  const again = following(plan, first);
  return {
    runId: run.runId,
    steps: completed.filter((id) => !again.has(id)),
    redo: [...again].map((id) => (id === first ? from : id)),
  };
}

/** A step and all that need it, one by another. */
function following(plan: PipelinePlan, from: string): ReadonlySet<string> {
  const found = new Set([from]);
  // The plan is in topological order.
  for (const { id, needs } of plan.steps) {
    if (needs.some((need) => found.has(need))) found.add(id);
  }
  return found;
}
