import { CancellationScope } from '@temporalio/workflow';
import type { Retirement, RetireRequest, RetireResult } from '../contracts/index.js';
import { confirmActivities, controlActivities } from './activity-proxies.js';
import { causeOf } from './failure-cause.js';

/**
 * Takes a model out of use, or back into it: `retire/<model>`. Schedules are paused, the monitor is
 * ended, then the traffic is taken away; each step is a line of the ledger and is done once however
 * often it is delivered. What fails before the last step lets everything go on as it was; after it
 * the model comes back by another request.
 */
export async function retireModel(request: RetireRequest): Promise<RetireResult> {
  return request.kind === 'retire' ? retire(request) : takeBack(request);
}

async function retire(request: RetireRequest): Promise<RetireResult> {
  const begun = await controlActivities.beginRetirement(request);
  // Another request began it and did not come to its end: this one goes on with it.
  const own = { ...request, requestId: begun.requestId };
  if (begun.status === 'retired') return confirmActivities.endRetirement(own);
  try {
    await controlActivities.stopSchedules(own);
    await controlActivities.stopMonitor(own);
    await controlActivities.takeFromTraffic(own);
  } catch (error) {
    await CancellationScope.nonCancellable(() => giveUp(own, begun, error));
    throw error;
  }
  return confirmActivities.endRetirement(own);
}

async function giveUp(
  request: RetireRequest,
  retirement: Retirement,
  error: unknown,
): Promise<void> {
  await controlActivities.startAgain({ request, retirement });
  await controlActivities.giveUpRetirement({ request, problem: causeOf(error).message });
}

async function takeBack(request: RetireRequest): Promise<RetireResult> {
  const retirement = await controlActivities.retirementOf(request);
  await controlActivities.startAgain({ request, retirement });
  return controlActivities.endReturn(request);
}
