import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { mirrorActivities } from './activity-proxies.js';
import { checkNowSignal } from './messages.js';

/**
 * Tells the outside tracker what has changed, one an installation. What waits is in the registry, in
 * line: a signal only says that the line is no longer empty, so a server that is away for a week costs
 * one activity that is tried again, and no history.
 */
export async function mirrorTracking(): Promise<void> {
  let woken = true;
  setHandler(checkNowSignal, () => {
    woken = true;
  });
  for (;;) {
    await condition(() => woken);
    woken = false;
    await mirrorActivities.mirrorTracking();
    if (!woken && workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof mirrorTracking>();
  }
}
