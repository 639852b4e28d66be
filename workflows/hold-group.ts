import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  log,
  patched,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  complaintOfLeaseRequest,
  type GroupState,
  type LeaseRelease,
  type LeaseRequest,
} from '../contracts/index.js';
import { controlActivities } from './activity-proxies.js';
import { type LeaseEffect, LeaseQueue } from './lease-queue.js';
import {
  cancelRunSignal,
  leaseAnsweredSignal,
  releaseLeaseSignal,
  requestLeaseSignal,
  stateQuery,
} from './messages.js';

/** While somebody waits, holders that ended without a word are missed after this long. */
const LOOK_EVERY_MS = 30_000;
/** An empty group lives on a little: the next run may be near. */
const LINGER_MS = 10_000;
/** Events after which the history begins anew. */
const LONG_HISTORY = 2_000;

/** Groups of before cancelled without a word of why. */
const CANCEL_SAYS_WHY = 'cancel-says-why';

type Message =
  | { readonly kind: 'request'; readonly lease: LeaseRequest }
  | { readonly kind: 'release'; readonly leaseId: string };

/**
 * Holds the places of one concurrency group: a run that has one is let begin, the others wait their
 * turn. A place is never lost: a holder gives it back when it ends, and one that cannot, because it
 * was terminated, is found out by describing it.
 */
export async function holdGroup({ group, ...before }: GroupState): Promise<void> {
  const queue = new LeaseQueue(before);
  const inbox: Message[] = [];
  setHandler(requestLeaseSignal, (lease) => {
    const complaint = complaintOfLeaseRequest(lease);
    if (complaint === null) inbox.push({ kind: 'request', lease });
    else log.warn('malformed signal dropped', { signal: 'requestLease', complaint });
  });
  setHandler(releaseLeaseSignal, (release: LeaseRelease | null) => {
    if (typeof release?.leaseId === 'string') {
      inbox.push({ kind: 'release', leaseId: release.leaseId });
    } else log.warn('malformed signal dropped', { signal: 'releaseLease' });
  });
  setHandler(stateQuery<GroupState>(), () => ({ group, ...queue.state }));

  for (;;) {
    await arrival(queue, inbox);
    if (inbox.length === 0 && queue.isIdle) return;
    for (let message = inbox.shift(); message !== undefined; message = inbox.shift()) {
      await carryOut(
        queue,
        group,
        message.kind === 'request' ? queue.request(message.lease) : queue.release(message.leaseId),
      );
    }
    if (queue.isContended) await missTheGone(queue, group);
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    if (!continueAsNewSuggested && historyLength < LONG_HISTORY) continue;
    await condition(allHandlersFinished);
    if (inbox.length === 0) await continueAsNew<typeof holdGroup>({ group, ...queue.state });
  }
}

async function arrival(queue: LeaseQueue, inbox: readonly Message[]): Promise<void> {
  const arrived = () => inbox.length > 0;
  if (queue.isIdle) await condition(arrived, LINGER_MS);
  else if (queue.isContended) await condition(arrived, LOOK_EVERY_MS);
  else await condition(arrived);
}

async function missTheGone(queue: LeaseQueue, group: string): Promise<void> {
  const { holders } = queue.state;
  const workflowIds = [...new Set(holders.map(({ workflowId }) => workflowId))];
  const gone = await controlActivities.findEnded({ workflowIds });
  await carryOut(queue, group, queue.gone(gone));
}

/** Tells the runs. One that cannot be told has ended: its place is the next one's. */
async function carryOut(
  queue: LeaseQueue,
  group: string,
  effects: readonly LeaseEffect[],
): Promise<void> {
  const open = [...effects];
  for (let effect = open.shift(); effect !== undefined; effect = open.shift()) {
    try {
      await tell(effect, group);
    } catch (error) {
      const { workflowId } = effect.lease;
      log.info('a run of the group is gone', { workflowId, error: String(error) });
      open.push(...queue.gone([workflowId]));
    }
  }
}

async function tell(effect: LeaseEffect, group: string): Promise<void> {
  const { leaseId, workflowId } = effect.lease;
  const run = getExternalWorkflowHandle(workflowId);
  switch (effect.kind) {
    case 'grant':
      return run.signal(leaseAnsweredSignal, { leaseId, outcome: 'granted', detail: '' });
    case 'skip':
      return run.signal(leaseAnsweredSignal, {
        leaseId,
        outcome: 'skipped',
        detail: effect.detail,
      });
    case 'cancel':
      if (patched(CANCEL_SAYS_WHY)) {
        await run.signal(cancelRunSignal, { actor: `group:${group}`, reason: effect.detail });
      }
      return run.cancel();
  }
}
