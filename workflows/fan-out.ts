import {
  CancellationScope,
  ChildWorkflowCancellationType,
  isCancellation,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type ArtifactRef,
  itemStepId,
  type ScheduledStep,
  type StepTask,
  WORKFLOW,
} from '../contracts/index.js';
import { itemActivities } from './activity-proxies.js';
import { type ItemsTally, tallyOf, tallyWords, totalOf } from './item-window.js';
import { type ItemSlice, type runItems, runSlice } from './run-items.js';
import type { RunPauses } from './run-pause.js';
import type { StepEnd } from './step-graph.js';

/** So few items are done by the run itself, while its history is short. */
const OWN_ITEMS = 100;
const OWN_HISTORY_EVENTS = 2_000;

/** Six events an item at most keep each slice's history well below 5,000. */
const SLICE_ITEMS = 400;

/** Slices under way at a time; each has its own window. */
const LANES = 4;

/** Under way at a time where the file does not say: more than the workers of a house take. */
const USUAL_WIDTH = 200;

/**
 * Does a step once for each of its items. Which they are, what they read and what they hand on stays
 * out of the history: an activity opens them, activities read theirs, an activity gathers the results.
 */
export async function fanOut(
  step: ScheduledStep,
  task: StepTask,
  pauses: RunPauses,
): Promise<StepEnd> {
  const { count, source, pending } = await itemActivities.openItems({ task });
  if (count === 0) return { status: 'skipped', detail: 'the list that it is done for is empty' };
  const tally = await runPending(step, task, source, pending ?? range(count), pauses);
  const { failed, cancelled, rejected, first } = tally;
  const wholly = step.fanOut?.failFast === false;
  // Items that fail take the others with them; without one that failed it was the run itself.
  if (cancelled > 0 && (wholly || first === null)) {
    return { status: 'cancelled', detail: 'it was cancelled' };
  }
  const status = failed > 0 ? 'failed' : rejected > 0 ? 'rejected' : 'completed';
  const detail =
    first === null
      ? ''
      : `${tallyWords(tally, count)}; the first, ${itemStepId(step.id, first.index)}: ${first.detail}`;
  const failure =
    status === 'failed' ? { type: first?.failureType ?? 'Internal', message: detail } : null;
  const gathered = await itemActivities.closeItems({ task, source, status, failure });
  if (gathered.skipped) return { status: 'skipped', detail: 'its if is false for every item' };
  const { outputs } = gathered;
  if (status === 'completed') return { status, outputs };
  if (status === 'rejected') return { status, detail, outputs };
  return { status, failureType: first?.failureType ?? 'Internal', detail, outputs };
}

function runPending(
  step: ScheduledStep,
  { run, gateOverride }: StepTask,
  source: ArtifactRef,
  indexes: readonly number[],
  pauses: RunPauses,
): Promise<ItemsTally> {
  const width = step.fanOut?.maxParallel ?? USUAL_WIDTH;
  const slice = { run, step, source, gateOverride };
  const own = indexes.length <= OWN_ITEMS && workflowInfo().historyLength < OWN_HISTORY_EVENTS;
  return own
    ? runSlice({ ...slice, indexes, width }, pauses)
    : runSlices(slice, indexes, width, pauses);
}

/** Slices in their order, a few at a time: as one ends the next begins. */
async function runSlices(
  common: Omit<ItemSlice, 'indexes' | 'width'>,
  indexes: readonly number[],
  width: number,
  pauses: RunPauses,
): Promise<ItemsTally> {
  const slices = chunks(indexes, SLICE_ITEMS);
  const lanes = Math.min(LANES, slices.length, width);
  const tallies: ItemsTally[] = [];
  const scope = new CancellationScope();
  const failFast = common.step.fanOut?.failFast !== false;
  let next = 0;
  let stopped = false;
  const lane = async (laneWidth: number): Promise<void> => {
    for (;;) {
      const at = next;
      const slice = slices[at];
      if (slice === undefined) return;
      next += 1;
      const tally = stopped
        ? tallyOf(slice.length, new Map())
        : await runChild({ ...common, indexes: slice, width: laneWidth }, pauses);
      tallies.push(tally);
      if (tally.cancelled > 0) stopped = true;
      if (!failFast || tally.first === null || stopped) continue;
      stopped = true;
      scope.cancel();
    }
  };
  await scope.run(() =>
    Promise.all(Array.from({ length: lanes }, (_, index) => lane(laneWidth(width, lanes, index)))),
  );
  return totalOf(tallies);
}

async function runChild(slice: ItemSlice, pauses: RunPauses): Promise<ItemsTally> {
  const { workflowId } = workflowInfo();
  const [first = 0] = slice.indexes;
  try {
    if (pauses.isHeld()) await pauses.untilResumed();
    return await pauses.passedOn(() =>
      startChild<typeof runItems>(WORKFLOW.runItems, {
        workflowId: `${workflowId}/${itemStepId(slice.step.id, first)}`,
        args: [slice],
        cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      }),
    );
  } catch (error) {
    // Cancelled before it began.
    if (isCancellation(error)) return tallyOf(slice.indexes.length, new Map());
    throw error;
  }
}

/** The lanes together are as wide as the file says, to the item. */
function laneWidth(width: number, lanes: number, index: number): number {
  return Math.floor(width / lanes) + (index < width % lanes ? 1 : 0);
}

function chunks(indexes: readonly number[], size: number): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(indexes.length / size) }, (_, index) =>
    indexes.slice(index * size, (index + 1) * size),
  );
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
