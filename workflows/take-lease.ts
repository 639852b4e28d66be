import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  log,
  setHandler,
} from '@temporalio/workflow';
import {
  DEFAULT_PRIORITY_KEY,
  groupWorkflowId,
  type HeldGroup,
  type LeaseAnswer,
  type RunContext,
} from '../contracts/index.js';
import { controlActivities } from './activity-proxies.js';
import { leaseAnsweredSignal, releaseLeaseSignal } from './messages.js';

/** What groups have answered, by lease. */
export type LeaseAnswers = ReadonlyMap<string, LeaseAnswer>;

/** Set before the first await: a group may answer at once. */
export function receiveLeases(): LeaseAnswers {
  const answers = new Map<string, LeaseAnswer>();
  setHandler(leaseAnsweredSignal, (answer) => {
    answers.set(answer.leaseId, answer);
  });
  return answers;
}

export type LeasedWork<Result> =
  | { readonly taken: true; readonly result: Result }
  /** There was no place, and the file says not to wait for one. */
  | { readonly taken: false; readonly detail: string };

/** The workflow of a run, and what its group has answered it. */
interface LeaseHolder {
  readonly workflowId: string;
  readonly run: Pick<RunContext, 'runId' | 'pipeline'>;
  readonly leases: LeaseAnswers;
}

/**
 * Does work while it has a place in a group, which is given back however the work ends; without a
 * group it is just done.
 *
 * @param holder - this workflow: the lease is its own
 * @throws the cancellation, when it comes while the work waits for its place
 */
export async function withLease<Result>(
  held: HeldGroup | undefined,
  holder: LeaseHolder,
  work: () => Promise<Result>,
): Promise<LeasedWork<Result>> {
  if (held === undefined) return { taken: true, result: await work() };
  const { group, limit, onFull, priorityKey = DEFAULT_PRIORITY_KEY } = held;
  const { workflowId, leases: answers, run } = holder;
  const { runId, pipeline } = run;
  const leaseId = workflowId;
  try {
    await controlActivities.requestLease({
      group,
      lease: { leaseId, workflowId, limit, onFull, priorityKey, run: { runId, pipeline } },
    });
    await condition(() => answers.has(leaseId));
    const answer = answers.get(leaseId);
    if (answer?.outcome === 'skipped') {
      return { taken: false, detail: `group ${group}: ${answer.detail}` };
    }
    return { taken: true, result: await work() };
  } finally {
    await CancellationScope.nonCancellable(() => giveBack(group, leaseId));
  }
}

async function giveBack(group: string, leaseId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(groupWorkflowId(group)).signal(releaseLeaseSignal, { leaseId });
  } catch (error) {
    // A group that is gone holds no place.
    log.info('the group could not be told', { group, error: String(error) });
  }
}
