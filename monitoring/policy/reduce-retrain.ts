import type { PipelineEnded, RetrainAnswer, RetrainRequest } from '../../contracts/index.js';
import { admitRetrain } from './admit.js';
import { undoableAlert } from './alert-drafts.js';
import { undoUntilOf } from './automatic.js';
import type { ModelEffect, ModelEvent } from './events.js';
import { retrainDraft } from './ledger-drafts.js';
import { hold, putOff } from './pending.js';
import { type ModelState, RETRAINS_KEPT, type RetrainInFlight } from './state.js';
import { count, type Step } from './step.js';
import { withoutUndoable, withUndoable } from './undoable.js';

export function onRetrainRequested(
  state: ModelState,
  request: RetrainRequest,
  nowMs: number,
): Step {
  const admission = admitRetrain(state, request, nowMs);
  if (!admission.admitted) {
    const { waitsFor } = admission;
    if (waitsFor !== undefined) return putOff(state, request, { ...admission, waitsFor }, nowMs);
    return hold(state, request, admission, admission.guard === 'in-flight' ? 'coalesced' : 'held');
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
  nowMs: number,
): Step {
  const { retrain } = state;
  if (retrain === null || retrain.request.requestId !== event.requestId)
    return { state, effects: [] };
  const { request } = retrain;
  const entry = retrainDraft(state, request, 'retrain-started');
  const undoUntil = undoUntilOf(state, request, nowMs);
  const { runId, given } = event;
  const evidence = {
    ...entry.evidence,
    ...(given !== undefined && { given }),
    runId,
    ...(undoUntil !== null && { undoUntil }),
  };
  const started: ModelState = { ...state, retrain: { ...retrain, runId } };
  const record: ModelEffect = { kind: 'record', entry: { ...entry, evidence } };
  if (undoUntil === null) return { state: started, effects: [record] };
  return {
    state: withUndoable(started, {
      entryKey: entry.key,
      until: undoUntil,
      what: 'retrain',
      runId,
    }),
    effects: [record, undoableAlert(state.model, request, undoUntil, nowMs)],
  };
}

export function onRetrainNotStarted(
  state: ModelState,
  event: Extract<ModelEvent, { kind: 'retrain-not-started' }>,
): Step {
  const { retrain } = state;
  if (retrain === null || retrain.request.requestId !== event.requestId)
    return { state, effects: [] };
  return end(state, retrain, {
    outcome: 'failed',
    detail: `it could not start: ${event.detail}`,
  });
}

export function onPipelineEnded(state: ModelState, ended: PipelineEnded): Step {
  const { retrain } = state;
  if (retrain === null || retrain.runId !== ended.runId) return { state, effects: [] };
  return end(state, retrain, outcomeOf(retrain, ended));
}

interface RetrainOutcome {
  /** `awaits-promotion`, `undone`: a retrain that was neither effective nor ineffective. */
  readonly outcome: 'promoted' | 'not-promoted' | 'failed' | 'awaits-promotion' | 'undone';
  readonly detail: string;
}

function outcomeOf(retrain: RetrainInFlight, { status }: PipelineEnded): RetrainOutcome {
  if (retrain.promoted !== null) {
    return { outcome: 'promoted', detail: `version ${retrain.promoted} was promoted` };
  }
  if (retrain.undone === true) {
    return { outcome: 'undone', detail: `a person took it back; the run ${status}` };
  }
  if (retrain.awaits !== undefined) {
    const detail = `the run ${status}; version ${retrain.awaits} waits to be promoted`;
    return { outcome: 'awaits-promotion', detail };
  }
  return {
    outcome: status === 'failed' || status === 'cancelled' ? 'failed' : 'not-promoted',
    detail: `the run ${status} and promoted nothing`,
  };
}

/** How the count of ineffective retrains goes on; the same when it is read from the ledger. */
export function ineffectiveAfter(before: number, outcome: unknown): number {
  if (outcome === 'promoted') return 0;
  return outcome === 'awaits-promotion' || outcome === 'undone' ? before : before + 1;
}

function end(
  state: ModelState,
  { request, runId }: RetrainInFlight,
  { outcome, detail }: RetrainOutcome,
): Step {
  const entry = retrainDraft(state, request, 'retrain-ended');
  const ended = withoutUndoable(state, retrainDraft(state, request, 'retrain-started').key);
  return {
    state: {
      ...ended,
      retrain: null,
      ineffectiveRetrains: ineffectiveAfter(state.ineffectiveRetrains, outcome),
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
  outcome: RetrainOutcome['outcome'],
  runId: string | null,
  detail: string,
): ModelEffect[] {
  if (request.answerTo === null) return [];
  const { requestId, answerTo } = request;
  const told: RetrainAnswer['outcome'] =
    outcome === 'awaits-promotion' || outcome === 'undone' ? 'not-promoted' : outcome;
  const answered = { requestId, outcome: told, runId, detail };
  return [{ kind: 'answer-retrain', to: answerTo, answer: answered }];
}
