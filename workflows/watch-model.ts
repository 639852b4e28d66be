import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type CloseIncidentRequest,
  complaintOfCloseIncident,
  type MonitorDecision,
  modelWorkflowId,
  type RecentWindow,
  type ResponseRequest,
  type TimeWindow,
} from '../contracts/index.js';
import { diagnose, kindsOf, responseTo } from '../monitoring/policy/index.js';
import { controlActivities, measureActivities } from './activity-proxies.js';
import { causeOf } from './failure-cause.js';
import { checkNowSignal, closeIncidentUpdate, configureSignal, stateQuery } from './messages.js';

/** Where the monitor stands: small, carried through continue-as-new, rebuilt from the registry. */
export interface WatchState {
  /** Start of the first window that is not decided yet; `null` before the first row came. */
  readonly nextWindowStart: string | null;
  /** What the latest windows were found to be, oldest first. */
  readonly recent: readonly RecentWindow[];
}

export interface WatchModelInput {
  readonly model: string;
  readonly state?: WatchState;
}

const RECENT_WINDOWS_KEPT = 50;

/**
 * Watches one model: looks at a window when it may have closed, has it measured, lets the pure
 * policy decide, and signals `manageModel`. Policy acts once for each closed window.
 */
export async function watchModel(input: WatchModelInput): Promise<void> {
  const { model } = input;
  let woken = false;
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
  let state: WatchState = input.state ?? (await controlActivities.loadWatchState({ model }));
  setHandler(stateQuery<WatchState>(), () => state);

  for (;;) {
    woken = false;
    const look = await controlActivities.inspectWindows({
      model,
      nextWindowStart: state.nextWindowStart,
    });
    for (const window of look.due) {
      const kinds = await decideOrAlert(model, look.champion, window, state.recent);
      state = {
        nextWindowStart: window.end,
        recent: [...state.recent, ...kinds].slice(-RECENT_WINDOWS_KEPT),
      };
      if (workflowInfo().continueAsNewSuggested) await startAnew({ model, state });
    }
    if (workflowInfo().continueAsNewSuggested) await startAnew({ model, state });
    if (!look.more) await condition(() => woken, look.nextCheckMs);
  }
}

/** An update that was accepted is answered before its run ends. */
async function startAnew(input: WatchModelInput): Promise<never> {
  await condition(allHandlersFinished);
  return continueAsNew<typeof watchModel>(input);
}

function requireCloseIncident(request: CloseIncidentRequest): void {
  const complaint = complaintOfCloseIncident(request);
  if (complaint !== null) throw new Error(complaint);
}

/** A window that cannot be measured is decided as unknown: someone has to look, and the monitor goes on. */
async function decideOrAlert(
  model: string,
  champion: number,
  window: TimeWindow,
  recent: readonly RecentWindow[],
): Promise<readonly RecentWindow[]> {
  try {
    return await decide(model, window, recent);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const reason = `the window could not be measured: ${causeOf(error).message}`;
    const breaches = { seen: 1, needed: 1, of: 1 };
    await keep({
      model,
      version: champion,
      window,
      verdict: { kind: 'unknown', rule: 6, action: 'alert', breaches, reason },
      signalled: null,
    });
    return [];
  }
}

/** Measures a closed window, decides, signals and records, in this order: a repeat of any is harmless. */
async function decide(
  model: string,
  window: TimeWindow,
  recent: readonly RecentWindow[],
): Promise<readonly RecentWindow[]> {
  const measured = await measureActivities.measureWindow({ model, window });
  if (measured === null) return [];
  const { measurement, monitor, origin } = measured;
  const verdict = diagnose(measurement, recent, monitor);
  const response = responseTo(verdict, measurement, origin);
  if (response !== null) await signal(model, response);
  const decision: Omit<MonitorDecision, 'decidedAt'> = {
    model,
    version: measurement.version,
    window,
    verdict,
    signalled: response?.kind ?? null,
  };
  await keep(decision);
  return [{ version: measurement.version, kinds: kindsOf(verdict) }];
}

/** Records a decision and takes it into the model's incident. */
async function keep(decision: Omit<MonitorDecision, 'decidedAt'>): Promise<void> {
  const { model, window } = decision;
  await controlActivities.recordDecision({ decision });
  await controlActivities.followDecision({ model, window });
}

async function signal(model: string, response: ResponseRequest): Promise<void> {
  const manager = getExternalWorkflowHandle(modelWorkflowId(model));
  try {
    await manager.signal(response.kind, response);
  } catch (error) {
    // The model's workflow is gone (its server lost its database): start it again with the signal.
    log.warn('the model workflow is not there; starting it', { model, error: String(error) });
    await controlActivities.signalModel({ model, request: response });
  }
}
