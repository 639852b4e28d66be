import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Arrived } from '../activities/monitor/late-windows.js';
import {
  type CloseIncidentRequest,
  complaintOfCloseIncident,
  type RecentWindow,
} from '../contracts/index.js';
import { controlActivities, watchActivities } from './activity-proxies.js';
import { correctOrLog, decideOrAlert, decideSilence } from './decide-window.js';
import { checkNowSignal, closeIncidentUpdate, configureSignal, stateQuery } from './messages.js';

/** Where the monitor stands: small, carried through continue-as-new, rebuilt from the registry. */
export interface WatchState {
  /** End of the last window decided; `null` before the first row came. */
  readonly decidedUntil: string | null;
  /** What the latest windows were found to be, oldest first. */
  readonly recent: readonly RecentWindow[];
  /** Event time of the silence that was decided on last; `null` before any was. */
  readonly silentFrom: string | null;
  /** What the log held when late arrivals were last looked for; absent: never. */
  readonly arrived?: Arrived | null;
  /** What went wrong with the last window; absent: nothing. */
  readonly problem?: string | null;
}

export interface WatchModelInput {
  readonly model: string;
  readonly state?: WatchState;
  /** Somebody asked to look just before it continued as new. */
  readonly woken?: boolean;
}

const RECENT_WINDOWS_KEPT = 50;
/** Of thousands of monitors most are not in their worker's cache: each look replays its history. */
const LONGEST_HISTORY = 400;

/**
 * Watches one model: looks at a window when it may have closed, has it measured, lets the pure
 * policy decide, and signals `manageModel`. Policy acts once for each closed window; what comes late
 * corrects the measurement, not the decision. Each look is kept in the registry, so that a monitor
 * that does not look is missed.
 */
export async function watchModel(input: WatchModelInput): Promise<void> {
  const { model } = input;
  let woken = input.woken ?? false;
  const wake = (): void => {
    woken = true;
  };
  setHandler(configureSignal, wake);
  setHandler(checkNowSignal, wake);
  setHandler(
    closeIncidentUpdate,
    (request) => controlActivities.closeIncident({ ...request, model }),
    { validator: requireCloseIncident },
  );
  let state: WatchState = input.state ?? (await watchActivities.loadWatchState({ model }));
  setHandler(stateQuery<WatchState>(), () => state);
  /** An update that was accepted is answered before its run ends. */
  const startAnew = async (): Promise<never> => {
    await condition(allHandlersFinished);
    return continueAsNew<typeof watchModel>({ model, state, woken });
  };

  for (;;) {
    const asked = woken;
    woken = false;
    const { decidedUntil, silentFrom, arrived = null, problem = null } = state;
    const look = await watchActivities.inspectWindows({
      model,
      decidedUntil,
      silentFrom,
      arrived,
      problem,
      woken: asked,
    });
    for (const window of look.due) {
      const { recent, problem } = await decideOrAlert(model, look.champion, window, state.recent);
      state = {
        ...state,
        decidedUntil: window.end,
        recent: [...state.recent, ...(recent === null ? [] : [recent])].slice(-RECENT_WINDOWS_KEPT),
        problem,
      };
      if (isHistoryLong()) await startAnew();
    }
    for (const window of look.late) await correctOrLog(model, window);
    if (look.silence !== null) await decideSilence(model, look.silence);
    state = {
      ...state,
      arrived: look.arrived,
      silentFrom: look.silence?.window.start ?? state.silentFrom,
    };
    if (isHistoryLong()) await startAnew();
    // After a decision it looks once more at once: that look is kept, with what went wrong.
    if (look.due.length === 0) await condition(() => woken, look.nextCheckMs);
  }
}

function isHistoryLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength >= LONGEST_HISTORY;
}

function requireCloseIncident(request: CloseIncidentRequest): void {
  const complaint = complaintOfCloseIncident(request);
  if (complaint !== null) throw new Error(complaint);
}
