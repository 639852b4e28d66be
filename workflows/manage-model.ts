import {
  allHandlersFinished,
  condition,
  continueAsNew,
  log,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type ChangeAccepted,
  complaintOfDeployRequest,
  complaintOfPauseRequest,
  complaintOfPipelineEnded,
  complaintOfRetrainRequest,
  complaintOfRollbackRequest,
  type PauseRequest,
} from '../contracts/index.js';
import { type ModelEvent, type ModelState, reduce } from '../monitoring/policy/index.js';
import { controlActivities } from './activity-proxies.js';
import {
  deployUpdate,
  pauseUpdate,
  pipelineEndedSignal,
  promoteUpdate,
  requestDeploySignal,
  resumeUpdate,
  retrainSignal,
  rollbackSignal,
  rollbackUpdate,
  stateQuery,
} from './messages.js';
import { ModelEffects } from './model-effects.js';

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
/** The most requests that are carried over: with their evidence they stay far below 2 MB. */
const MOST_CARRIED = 200;
/** A burst of messages is worked off in portions, so that no workflow task nor history bursts. */
const MOST_EFFECTS_UNDER_WAY = 20;

/**
 * The single writer of a model's production state. Messages become events, the pure reducer makes
 * of them a new state and effects, and effects report back as events. It lives as long as the model.
 */
export async function manageModel(input: ManageModelInput): Promise<void> {
  const { model, retrainCheckMs = RETRAIN_CHECK_MS } = input;
  const requests = [...(input.requests ?? [])];
  const reports: ModelEvent[] = [];
  const effects = new ModelEffects(model, (event) => reports.push(event));
  listen(requests);
  let state = input.state ?? (await controlActivities.loadModelState({ model }));
  setHandler(stateQuery<ModelState>(), () => state);

  // Once history is long, no request begins anything new: what is under way ends, and the rest is
  // carried over. Messages that never stop would else keep it from ever continuing as new.
  const isEnding = (): boolean =>
    workflowInfo().continueAsNewSuggested && requests.length <= MOST_CARRIED;
  // While a switch waits for the gateways a rollback must reach it all the same.
  const mayBegin = (): boolean =>
    (!isEnding() || state.change !== null) && effects.underWay < MOST_EFFECTS_UNDER_WAY;
  const next = (): ModelEvent | undefined =>
    reports.shift() ?? (mayBegin() ? requests.shift() : undefined);
  const mayContinueAsNew = (): boolean =>
    isEnding() && effects.underWay === 0 && reports.length === 0;
  const somethingToDo = (): boolean =>
    reports.length > 0 || (mayBegin() && requests.length > 0) || mayContinueAsNew();

  for (;;) {
    const awaitedRun = state.retrain?.runId ?? null;
    if (awaitedRun === null) await condition(somethingToDo);
    else if (!(await condition(somethingToDo, retrainCheckMs))) await effects.lookUpRun(awaitedRun);
    for (let event = next(); event !== undefined; event = next()) {
      const step = reduce(state, event);
      state = step.state;
      for (const effect of step.effects) effects.begin(effect);
    }
    if (mayContinueAsNew()) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof manageModel>({ ...input, state, requests });
    }
  }
}

/**
 * Turns messages into events. A malformed signal is logged and dropped: a throw would retry the
 * workflow task for ever. A malformed update is refused to its sender by the validator.
 */
function listen(requests: ModelEvent[]): void {
  const accept = (requestId: string): ChangeAccepted => ({
    accepted: true,
    changeId: requestId,
    detail: 'accepted; the ledger tells how it ended',
  });
  const wellFormed = (complaint: string | null, name: string): boolean => {
    if (complaint !== null) log.warn('malformed signal dropped', { signal: name, complaint });
    return complaint === null;
  };
  setHandler(requestDeploySignal, (request) => {
    if (wellFormed(complaintOfDeployRequest(request), 'requestDeploy')) {
      requests.push({ kind: 'change-requested', request });
    }
  });
  setHandler(rollbackSignal, (request) => {
    if (wellFormed(complaintOfRollbackRequest(request), 'rollback')) {
      requests.push({ kind: 'change-requested', request });
    }
  });
  setHandler(retrainSignal, (request) => {
    if (wellFormed(complaintOfRetrainRequest(request), 'retrain')) {
      requests.push({ kind: 'retrain-requested', request });
    }
  });
  setHandler(pipelineEndedSignal, (ended) => {
    if (wellFormed(complaintOfPipelineEnded(ended), 'pipelineEnded')) {
      requests.push({ kind: 'pipeline-ended', ended });
    }
  });
  for (const update of [deployUpdate, promoteUpdate]) {
    setHandler(
      update,
      (request) => {
        requests.push({ kind: 'change-requested', request });
        return accept(request.requestId);
      },
      { validator: (request) => refuse(complaintOfDeployRequest(request)) },
    );
  }
  setHandler(
    rollbackUpdate,
    (request) => {
      requests.push({ kind: 'change-requested', request });
      return accept(request.requestId);
    },
    { validator: (request) => refuse(complaintOfRollbackRequest(request)) },
  );
  for (const [update, kind] of [
    [pauseUpdate, 'paused'],
    [resumeUpdate, 'resumed'],
  ] as const) {
    setHandler(
      update,
      (request: PauseRequest) => {
        const requestId = uuid4();
        requests.push({ kind, ...request, requestId });
        return accept(requestId);
      },
      { validator: (request) => refuse(complaintOfPauseRequest(request)) },
    );
  }
}

function refuse(complaint: string | null): void {
  if (complaint !== null) throw new Error(complaint);
}
