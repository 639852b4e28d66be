import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setHandler,
} from '@temporalio/workflow';
import {
  type ScheduledStep,
  type SharedStepEnded,
  type StepOutcome,
  type StepTask,
  sharedStepWorkflowId,
  WORKFLOW,
} from '../contracts/index.js';
import { keyActivities, stepActivity } from './activity-proxies.js';
import { sharedStepEndedSignal, sharedStepWantedSignal } from './messages.js';

export interface SharedStep {
  readonly key: string;
  readonly step: ScheduledStep;
  readonly task: StepTask;
}

/**
 * Does a step whose result others wait for, under an id made of its key: of runs that need it at the
 * same time one starts this, the others are told of its end.
 */
export async function shareStep({ key, step, task }: SharedStep): Promise<StepOutcome> {
  const waiting = new Set<string>();
  setHandler(sharedStepWantedSignal, (answerTo: unknown) => {
    if (typeof answerTo === 'string') waiting.add(answerTo);
    else log.warn('a wish for a shared step is dropped: it names nobody');
  });
  let completed = false;
  try {
    const outcome = await stepActivity(step)(task);
    completed = outcome.status === 'completed';
    return outcome;
  } finally {
    await CancellationScope.nonCancellable(() => tellAll(waiting, { key, completed }));
  }
}

/** Who begins to wait while others are told is told as well. */
async function tellAll(waiting: Set<string>, ended: SharedStepEnded): Promise<void> {
  for (let [workflowId] = waiting; workflowId !== undefined; [workflowId] = waiting) {
    waiting.delete(workflowId);
    // Who is gone does not wait.
    await getExternalWorkflowHandle(workflowId)
      .signal(sharedStepEndedSignal, ended)
      .catch(() => undefined);
  }
}

/** The ends of shared steps that this run was told of. */
export type SharedEnds = Map<string, SharedStepEnded>;

/** To be called before the first await. */
export function receiveSharedEnds(): SharedEnds {
  const ends: SharedEnds = new Map();
  setHandler(sharedStepEndedSignal, (ended) => {
    ends.set(ended.key, ended);
  });
  return ends;
}

/** Whoever does the step may be gone without a word: it is asked for again, at growing intervals. */
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 10 * 60_000;

/** The outcome of a step with `cache: {scope: shared}`: done here, or found once another run did it. */
export async function sharedOutcome(
  ends: SharedEnds,
  workflowId: string,
  step: ScheduledStep,
  task: StepTask,
): Promise<StepOutcome> {
  const { key } = await keyActivities(step).findStepKey(task);
  if (key === null) return stepActivity(step)(task);
  const sharedId = sharedStepWorkflowId(key);
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    ends.delete(key);
    try {
      const shared: SharedStep = { key, step, task };
      return await executeChild<typeof shareStep>(WORKFLOW.shareStep, {
        workflowId: sharedId,
        args: [shared],
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    if (!(await isAsked(sharedId, workflowId))) continue;
    await condition(() => ends.has(key), waitMs);
    // It is in the cache now, and recorded as found there.
    if (ends.get(key)?.completed === true) return stepActivity(step)(task);
  }
}

/** @returns false where the one that does the step has just ended */
async function isAsked(sharedId: string, workflowId: string): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(sharedId).signal(sharedStepWantedSignal, workflowId);
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
}
