import type { ChangeRequest } from '../../contracts/index.js';
import { ruleOnChange } from './change-rules.js';
import { returnTo, succeed } from './earlier-champions.js';
import type { ModelEffect, ModelEvent } from './events.js';
import { changeDraft, compensationDraft, refusedDraft } from './ledger-drafts.js';
import {
  onPipelineEnded,
  onRetrainNotStarted,
  onRetrainRequested,
  onRetrainStarted,
} from './reduce-retrain.js';
import type { ChangeInFlight, ModelState } from './state.js';
import { count, once, type Step } from './step.js';

/**
 * The state machine of a model's production state: pure, total, the same in `manageModel` and in a
 * backtest. At most one change and one retrain are in flight in any reachable state.
 *
 * @example reduce(emptyState('bike'), { kind: 'change-requested', request }); // → one switch-champion effect
 */
export function reduce(state: ModelState, event: ModelEvent): Step {
  switch (event.kind) {
    case 'change-requested':
      return once(state, event.request.requestId, (fresh) =>
        onChangeRequested(fresh, event.request),
      );
    case 'change-ended':
      return onChangeEnded(state, event);
    case 'retrain-requested':
      return once(state, event.request.requestId, (fresh) =>
        onRetrainRequested(fresh, event.request),
      );
    case 'retrain-started':
      return onRetrainStarted(state, event);
    case 'retrain-not-started':
      return onRetrainNotStarted(state, event);
    case 'pipeline-ended':
      return onPipelineEnded(state, event.ended);
    case 'paused':
    case 'resumed':
      return onPauseOrResume(state, event);
  }
}

function onChangeRequested(state: ModelState, request: ChangeRequest): Step {
  if (state.change === null) return decide(state, request);
  // A rollback beats a rollout in flight, and stands before whatever else waits.
  const first = state.waiting.findIndex((waiting) => waiting.kind !== 'rollback');
  const index = request.kind === 'rollback' && first >= 0 ? first : state.waiting.length;
  const waiting = state.waiting.toSpliced(index, 0, request);
  const overtakes = request.kind === 'rollback' && state.change.request.kind !== 'rollback';
  return {
    state: { ...state, waiting },
    effects: overtakes
      ? [{ kind: 'overtake-switch', requestId: state.change.request.requestId }]
      : [],
  };
}

/** Rules on a request and begins the switch; with no change in flight. */
function decide(state: ModelState, request: ChangeRequest): Step {
  const ruling = ruleOnChange(state, request);
  if (ruling.ruling === 'switch') {
    const change: ChangeInFlight = {
      request,
      from: state.champion,
      to: ruling.to,
      transition: state.transition + 1,
    };
    return {
      state: count({ ...state, change }, 'acted'),
      effects: [
        {
          kind: 'switch-champion',
          change,
          entry: changeDraft(state.model, change),
          compensation: compensationDraft(state.model, change),
        },
      ],
    };
  }
  if (ruling.ruling === 'already-champion') {
    const detail = `version ${request.version} is champion already`;
    return {
      state: count(state, 'acted'),
      effects: answer(request, 'promoted', 'confirmed', detail),
    };
  }
  const kept = ruling.ruling === 'keep-as-challenger';
  const action = kept ? 'kept-as-challenger' : refusalOf(request);
  return {
    state: count(state, 'refused'),
    effects: [
      { kind: 'record', entry: refusedDraft(state, request, action, ruling.detail) },
      ...answer(request, kept ? 'kept-as-challenger' : 'refused', 'not-served', ruling.detail),
    ],
  };
}

function refusalOf(request: ChangeRequest): 'rollback-refused' | 'deploy-refused' {
  return request.kind === 'rollback' ? 'rollback-refused' : 'deploy-refused';
}

function answer(
  request: ChangeRequest,
  outcome: 'promoted' | 'kept-as-challenger' | 'refused',
  serving: 'confirmed' | 'unconfirmed' | 'not-served',
  detail: string,
): ModelEffect[] {
  if (request.kind === 'rollback' || request.answerTo === null) return [];
  const { requestId, answerTo } = request;
  return [{ kind: 'answer-deploy', to: answerTo, answer: { requestId, outcome, serving, detail } }];
}

function onChangeEnded(
  state: ModelState,
  event: Extract<ModelEvent, { kind: 'change-ended' }>,
): Step {
  const { change } = state;
  if (change === null || change.request.requestId !== event.requestId)
    return { state, effects: [] };
  const settled: ModelState = { ...state, change: null };
  const ended = settle(settled, change, event);
  return thenNextWaiting(ended);
}

function settle(
  state: ModelState,
  change: ChangeInFlight,
  event: Extract<ModelEvent, { kind: 'change-ended' }>,
): Step {
  const { request } = change;
  if (event.outcome === 'unusable') {
    return {
      state,
      effects: [
        { kind: 'record', entry: refusedDraft(state, request, refusalOf(request), event.detail) },
        ...answer(request, 'refused', 'not-served', event.detail),
      ],
    };
  }
  if (event.outcome === 'compensated') {
    return {
      state: { ...state, transition: change.transition + 1 },
      effects: answer(request, 'refused', 'not-served', event.detail),
    };
  }
  const champion = { version: change.to, sinceAsOf: request.asOf };
  const earlier =
    request.kind === 'rollback'
      ? returnTo(state.earlier, change.to)
      : succeed(change.from, state.earlier, change.to);
  const promotes = request.kind !== 'rollback';
  const byRetrain =
    promotes && state.retrain !== null && request.evidence['runId'] === state.retrain.runId;
  return {
    state: {
      ...state,
      champion,
      earlier,
      transition: change.transition,
      guards: event.guards,
      retrain:
        byRetrain && state.retrain !== null
          ? { ...state.retrain, promoted: change.to }
          : state.retrain,
      ineffectiveRetrains: promotes ? 0 : state.ineffectiveRetrains,
    },
    effects: [
      { kind: 'configure-monitor' },
      ...answer(
        request,
        'promoted',
        event.outcome === 'confirmed' ? 'confirmed' : 'unconfirmed',
        event.detail,
      ),
    ],
  };
}

function thenNextWaiting(step: Step): Step {
  let { state } = step;
  const effects = [...step.effects];
  while (state.change === null) {
    const next = state.waiting[0];
    if (next === undefined) break;
    const decided = decide({ ...state, waiting: state.waiting.slice(1) }, next);
    state = decided.state;
    effects.push(...decided.effects);
  }
  return { state, effects };
}

function onPauseOrResume(
  state: ModelState,
  event: Extract<ModelEvent, { kind: 'paused' | 'resumed' }>,
): Step {
  const champion = state.champion?.version ?? null;
  const { actor, reason, asOf, kind: action, requestId } = event;
  return {
    state: { ...state, paused: action === 'paused' ? { actor, reason } : null },
    effects: [
      {
        kind: 'record',
        entry: {
          model: state.model,
          key: `${action}/${requestId}`,
          asOf,
          actor,
          action,
          from: champion,
          to: champion,
          reason,
          evidence: {},
        },
      },
    ],
  };
}
