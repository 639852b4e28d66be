import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { ScheduledStart } from '../contracts/index.js';
import { controlActivities } from './activity-proxies.js';

/**
 * Why a workflow that a schedule started has nothing to do: the clocks were put back, and the same
 * local time ran before. `null` where it has.
 */
export async function ranBefore(schedule: ScheduledStart | undefined): Promise<string | null> {
  if (schedule?.timezone === undefined) return null;
  const { workflowId } = workflowInfo();
  const { timezone } = schedule;
  const earlier = await controlActivities.findSameLocalTime({ workflowId, timezone });
  return earlier === null ? null : `this local time ran before, as ${earlier}`;
}

/**
 * A failed run is a result. Where its schedule is to pause on it the workflow fails too, since that
 * is all the server looks at.
 */
export function failForSchedule(schedule: ScheduledStart | undefined, detail: string | null): void {
  if (schedule?.pauseOnFailure !== true) return;
  throw ApplicationFailure.nonRetryable(detail ?? 'the run failed', 'StepProcessFailed');
}
