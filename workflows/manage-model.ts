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
}

/** A retrain whose end was never told is looked up this often. */
const RETRAIN_CHECK_MS = 60_000;

/**
 * The single writer of a model's production state. Messages become events, the pure reducer makes
 * of them a new state and effects, and effects report back as events. It lives as long as the model.
 */
export async function manageModel(input: ManageModelInput): Promise<void> {
  const inbox: ModelEvent[] = [];
  const effects = new ModelEffects(input.model, (event) => inbox.push(event));
  listen(inbox);
  let state = input.state ?? (await controlActivities.loadModelState({ model: input.model }));
  setHandler(stateQuery<ModelState>(), () => state);

  for (;;) {
    const awaitedRun = state.retrain?.runId ?? null;
    const somethingToDo = (): boolean => inbox.length > 0 || mayContinueAsNew(effects);
    if (awaitedRun === null) await condition(somethingToDo);
    else if (!(await condition(somethingToDo, RETRAIN_CHECK_MS)))
      await effects.lookUpRun(awaitedRun);
    for (let event = inbox.shift(); event !== undefined; event = inbox.shift()) {
      const step = reduce(state, event);
      state = step.state;
      for (const effect of step.effects) effects.begin(effect);
    }
    if (mayContinueAsNew(effects)) {
      await condition(allHandlersFinished);
      if (inbox.length === 0)
        await continueAsNew<typeof manageModel>({ model: input.model, state });
    }
  }
}

/** History is short-lived only between effects: nothing under way is carried over by hand. */
function mayContinueAsNew(effects: ModelEffects): boolean {
  return workflowInfo().continueAsNewSuggested && effects.idle;
}

/**
 * Turns messages into events. A malformed signal is logged and dropped: a throw would retry the
 * workflow task for ever. A malformed update is refused to its sender by the validator.
 */
function listen(inbox: ModelEvent[]): void {
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
      inbox.push({ kind: 'change-requested', request });
    }
  });
  setHandler(rollbackSignal, (request) => {
    if (wellFormed(complaintOfRollbackRequest(request), 'rollback')) {
      inbox.push({ kind: 'change-requested', request });
    }
  });
  setHandler(retrainSignal, (request) => {
    if (wellFormed(complaintOfRetrainRequest(request), 'retrain')) {
      inbox.push({ kind: 'retrain-requested', request });
    }
  });
  setHandler(pipelineEndedSignal, (ended) => {
    if (wellFormed(complaintOfPipelineEnded(ended), 'pipelineEnded')) {
      inbox.push({ kind: 'pipeline-ended', ended });
    }
  });
  for (const update of [deployUpdate, promoteUpdate]) {
    setHandler(
      update,
      (request) => {
        inbox.push({ kind: 'change-requested', request });
        return accept(request.requestId);
      },
      { validator: (request) => refuse(complaintOfDeployRequest(request)) },
    );
  }
  setHandler(
    rollbackUpdate,
    (request) => {
      inbox.push({ kind: 'change-requested', request });
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
        inbox.push({ kind, ...request, requestId });
        return accept(requestId);
      },
      { validator: (request) => refuse(complaintOfPauseRequest(request)) },
    );
  }
}

function refuse(complaint: string | null): void {
  if (complaint !== null) throw new Error(complaint);
}
