import { WorkflowNotFoundError } from '@temporalio/common';
import { sameClockBefore } from '../../calendar/index.js';
import { nominalTimeOf } from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';

/**
 * The workflow that the schedule started for the same local time an hour before, where the clocks
 * were put back in between: a nominal local time runs once. The server fires for both.
 *
 * @returns its id; `null` where the local time comes once, or the first was not started (a pause,
 * an overlap), so that this one is the time's only run
 */
export function findSameLocalTime(deps: ActivityDeps) {
  return async ({
    workflowId,
    timezone,
  }: {
    workflowId: string;
    timezone: string;
  }): Promise<string | null> => {
    const nominal = nominalTimeOf(workflowId);
    if (nominal === null) return null;
    const earlierMs = sameClockBefore(timezone, Date.parse(nominal.time));
    if (earlierMs === null) return null;
    const earlier = new Date(earlierMs).toISOString().replace('.000Z', 'Z');
    const id = `${nominal.prefix}-${earlier}`;
    try {
      await deps.temporal.workflow.getHandle(id).describe();
      return id;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  };
}
