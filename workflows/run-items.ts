import { CancellationScope } from '@temporalio/workflow';
import {
  type ArtifactRef,
  itemStepId,
  type RunContext,
  type ScheduledStep,
  type StepTask,
} from '../contracts/index.js';
import { itemActivities } from './activity-proxies.js';
import { receiveCancelReason } from './cancel-reason.js';
import { type ItemsTally, shortened, slide, tallyOf } from './item-window.js';
import { type RunPauses, receivePauses } from './run-pause.js';
import type { StepEnd } from './step-graph.js';
import { doStep, endOfError } from './step-work.js';

/** Items of one step that are done in one history. */
export interface ItemSlice {
  readonly run: RunContext;
  readonly step: ScheduledStep;
  readonly source: ArtifactRef;
  readonly indexes: readonly number[];
  /** Items under way at a time. */
  readonly width: number;
  readonly gateOverride: string | null;
}

/**
 * Does a slice of a wide step in a history of its own: the run that started it knows only how many
 * items ended how. What they handed on is in the registry.
 */
export async function runItems(slice: ItemSlice): Promise<ItemsTally> {
  const cancelled = receiveCancelReason();
  return runSlice(
    slice,
    receivePauses(() => cancelled.passedOn(slice.run.runId)),
  );
}

/**
 * Does the items of a slice, and records those ends that no activity knows. A cancellation is one. No
 * item begins while the run is paused.
 */
export async function runSlice(slice: ItemSlice, pauses: RunPauses): Promise<ItemsTally> {
  const { run, step, source, indexes, width, gateOverride } = slice;
  const scope = new CancellationScope();
  const ends = await scope.run(() =>
    slide(
      indexes,
      width,
      step.fanOut?.failFast !== false,
      async (index) => {
        if (pauses.isHeld()) {
          const cancelled = await pauses.untilResumed().then(() => null, endOfError);
          if (cancelled !== null) return cancelled;
        }
        const stepId = itemStepId(step.id, index);
        const task: StepTask = { run, stepId, upstream: {}, gateOverride, item: { index, source } };
        return doStep(step, task, pauses);
      },
      () => scope.cancel(),
    ),
  );
  const failures = [...ends].flatMap(([index, end]) => failureOf(index, end));
  if (failures.length > 0) {
    await CancellationScope.nonCancellable(() =>
      itemActivities.recordItemFailures({ run, stepId: step.id, failures }),
    );
  }
  return tallyOf(indexes.length, ends);
}

/** Whose last word is the workflow's: an attempt that timed out could not say so itself. */
function failureOf(index: number, end: StepEnd) {
  if (end.status !== 'failed') return [];
  const failure = { type: end.failureType ?? 'Internal', message: shortened(end.detail) };
  return [{ index, failure }];
}
