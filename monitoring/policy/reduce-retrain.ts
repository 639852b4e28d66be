import type { PipelineEnded, RetrainAnswer, RetrainRequest } from '../../contracts/index.js';
import { admitRetrain } from './admit.js';
import type { ModelEffect, ModelEvent } from './events.js';
import { retrainDraft, retrainHeldDraft } from './ledger-drafts.js';
import { type ModelState, RETRAINS_KEPT } from './state.js';
import { count, type Step } from './step.js';

export function onRetrainRequested(state: ModelState, request: RetrainRequest): Step {
  const admission = admitRetrain(state, request);
  if (!admission.admitted) {
    const coalesced = admission.guard === 'in-flight';
    return {
      state: count(state, coalesced ? 'coalesced' : 'held'),
      effects: [
        { kind: 'record', entry: retrainHeldDraft(state, request, admission) },
        ...answer(
          request,
          coalesced ? 'coalesced' : 'refused',
          state.retrain?.runId ?? null,
          admission.detail,
        ),
      ],
    };
  }
  const automatic = request.trigger !== 'manual';
  return {
    state: count(
      {
        ...state,
        retrain: { request, runId: null, promoted: null },
        retrains: automatic
          ? [...state.retrains, request.asOf].slice(-RETRAINS_KEPT)
          : state.retrains,
      },
      'acted',
    ),
    effects: [{ kind: 'start-retrain', request }],
  };
}

export function onRetrainStarted(
  state: ModelState,
  event: Extract<ModelEvent, { kind: 'retrain-started' }>,
): Step {
  const { retrain } = state;
  if (retrain === null || retrain.request.requestId !== event.requestId)
    return { state, effects: [] };
  const entry = retrainDraft(state, retrain.request, 'retrain-started');
  return {
    state: { ...state, retrain: { ...retrain, runId: event.runId } },
    effects: [
      { kind: 'record', entry: { ...entry, evidence: { ...entry.evidence, runId: event.runId } } },
    ],
  };
}

export function onRetrainNotStarted(
  state: ModelState,
  event: Extract<ModelEvent, { kind: 'retrain-not-started' }>,
): Step {
  const { retrain } = state;
  if (retrain === null || retrain.request.requestId !== event.requestId)
    return { state, effects: [] };
  return end(state, retrain.request, null, 'failed', `it could not start: ${event.detail}`);
}

export function onPipelineEnded(state: ModelState, ended: PipelineEnded): Step {
  const { retrain } = state;
  if (retrain === null || retrain.runId !== ended.runId) return { state, effects: [] };
  if (retrain.promoted !== null) {
    return end(
      state,
      retrain.request,
      ended.runId,
      'promoted',
      `version ${retrain.promoted} was promoted`,
    );
  }
  const outcome =
    ended.status === 'failed' || ended.status === 'cancelled' ? 'failed' : 'not-promoted';
  return end(
    state,
    retrain.request,
    ended.runId,
    outcome,
    `the run ${ended.status} and promoted nothing`,
  );
}

function end(
  state: ModelState,
  request: RetrainRequest,
  runId: string | null,
  outcome: 'promoted' | 'not-promoted' | 'failed',
  detail: string,
): Step {
  const entry = retrainDraft(state, request, 'retrain-ended');
  return {
    state: {
      ...state,
      retrain: null,
      ineffectiveRetrains: outcome === 'promoted' ? 0 : state.ineffectiveRetrains + 1,
    },
    effects: [
      {
        kind: 'record',
        entry: { ...entry, reason: detail, evidence: { ...entry.evidence, runId, outcome } },
      },
      ...answer(request, outcome, runId, detail),
    ],
  };
}

function answer(
  request: RetrainRequest,
  outcome: RetrainAnswer['outcome'],
  runId: string | null,
  detail: string,
): ModelEffect[] {
  if (request.answerTo === null) return [];
  const { requestId, answerTo } = request;
  return [{ kind: 'answer-retrain', to: answerTo, answer: { requestId, outcome, runId, detail } }];
}
