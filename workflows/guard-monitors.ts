import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Outage } from '../activities/monitor/check-monitors.js';
import { controlActivities } from './activity-proxies.js';
import { checkNowSignal, stateQuery } from './messages.js';

/** What a guard remembers between two checks. */
export interface GuardState {
  readonly missing: readonly Outage[];
  readonly lastCheck: string | null;
}

export interface GuardMonitorsInput {
  readonly state?: GuardState;
}

const CHECK_MS = 60_000;

/**
 * The dead man's switch: one an installation. Each minute it looks whether every monitor looks, starts
 * again what is gone, and has somebody told. That no worker is there at all it cannot know: the
 * gateway says how long ago the last looks were.
 */
export async function guardMonitors({ state: before }: GuardMonitorsInput): Promise<void> {
  let woken = false;
  setHandler(checkNowSignal, () => {
    woken = true;
  });
  let state: GuardState = before ?? { missing: [], lastCheck: null };
  setHandler(stateQuery<GuardState>(), () => state);
  for (;;) {
    woken = false;
    const { missing, at } = await controlActivities.checkMonitors(state);
    state = { missing, lastCheck: at };
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof guardMonitors>({ state });
    await condition(() => woken, CHECK_MS);
  }
}
