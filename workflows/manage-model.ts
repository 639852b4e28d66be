import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  emptyState,
  isRolloutBusy,
  type ModelEvent,
  type ModelState,
  nextWake,
  reduce,
} from '../monitoring/policy/index.js';
import { controlActivities } from './activity-proxies.js';
import { stateQuery } from './messages.js';
import { ModelEffects } from './model-effects.js';
import { listen } from './model-messages.js';
import { WaitingRequests } from './waiting-requests.js';

export interface ManageModelInput {
  readonly model: string;
  /** Carried through continue-as-new; absent at the first start, when the ledger tells it. */
  readonly state?: ModelState;
  /** Requests that had come and were not reduced yet when it continued as new. */
  readonly requests?: readonly ModelEvent[];
  /** A retrain whose end was never told is looked up this often; a minute when absent. */
  readonly retrainCheckMs?: number;
}

const RETRAIN_CHECK_MS = 60_000;
/**
 * Events after which it continues as new; servers suggest it after four times as many. While
 * messages pour in, a server turns down the first attempt and has the whole history replayed: that
 * must be done before so many more have come that it is turned down again.
 */
const LONG_HISTORY = 1_000;
/**
 * A burst of messages is worked off in portions, so that no workflow task nor history bursts. Lines
 * of the ledger do not count: they are written together, however many there are.
 */
const MOST_EFFECTS_UNDER_WAY = 20;
/** A timer of at most a day: what it waits for is looked at again then. */
const LONGEST_TIMER_MS = 86_400_000;

/**
 * The single writer of a model's production state. Messages become events, the pure reducer makes
 * of them a new state and effects, and effects report back as events. It lives as long as the model.
 */
export async function manageModel(input: ManageModelInput): Promise<void> {
  const { model, retrainCheckMs = RETRAIN_CHECK_MS } = input;
  const requests = new WaitingRequests(input.requests);
  const reports: ModelEvent[] = [];
  const effects = new ModelEffects(model, (event) => reports.push(event));
  listen(requests);
  let state: ModelState = {
    // What an earlier release did not know of is as in a model that has just begun.
    ...emptyState(model),
    ...(input.state ?? (await controlActivities.loadModelState({ model }))),
  };
  setHandler(stateQuery<ModelState>(), () => state);

  // Once history is long, no request begins anything new: what is under way ends, and the rest is
  // carried over. Messages that never stop would else keep it from ever continuing as new.
  const isEnding = (): boolean => isHistoryLong() && requests.canBeCarried;
  // While a switch or a rollout waits for the gateways a rollback must reach it all the same.
  const mayBegin = (): boolean =>
    (!isEnding() || state.change !== null || isRolloutBusy(state)) &&
    effects.underWay < MOST_EFFECTS_UNDER_WAY;
  const next = (): ModelEvent | undefined =>
    reports.shift() ?? (mayBegin() ? requests.shift() : undefined);
  const mayContinueAsNew = (): boolean => isEnding() && effects.allEnded && reports.length === 0;
  const somethingToDo = (): boolean =>
    reports.length > 0 || (mayBegin() && requests.length > 0) || mayContinueAsNew();

  /** False when time ran out first. */
  const comes = async (withinMs: number | null): Promise<boolean> => {
    if (withinMs !== null) return condition(somethingToDo, withinMs);
    await condition(somethingToDo);
    return true;
  };

  for (;;) {
    const awaitedRun = state.retrain?.runId ?? null;
    const wakeMs = untilWake(state);
    const came =
      wakeMs === 0 || (await comes(shortest(awaitedRun === null ? null : retrainCheckMs, wakeMs)));
    if (untilWake(state) === 0) reports.push({ kind: 'time-passed' });
    else if (!came && awaitedRun !== null) await effects.lookUpRun(awaitedRun);
    for (let event = next(); event !== undefined; event = next()) {
      const step = reduce(state, event, Date.now());
      state = step.state;
      for (const effect of step.effects) effects.begin(effect);
    }
    if (mayContinueAsNew()) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof manageModel>({ ...input, state, requests: requests.all });
    }
  }
}

function isHistoryLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength >= LONG_HISTORY;
}

/** How long until time itself changes something; `null`: it never does. */
function untilWake(state: ModelState): number | null {
  const at = nextWake(state);
  return at === null ? null : Math.min(Math.max(0, at - Date.now()), LONGEST_TIMER_MS);
}

function shortest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
