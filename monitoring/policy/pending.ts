import type { DeployAnswer, GatedRequest, PendingRequest } from '../../contracts/index.js';
import { approvalAlert } from './alert-drafts.js';
import type { ModelEffect } from './events.js';
import type { Held } from './gate.js';
import { answerDraft, heldDraft, pendingDraft } from './ledger-drafts.js';
import { repairKeys } from './repair-keys.js';
import type { ModelState } from './state.js';
import { count, type Step } from './step.js';

/** What becomes of a request that a guard holds back: it is over, or it waits. */

/** It is not carried out; the ledger names the guard and what would release it. */
export function hold(
  state: ModelState,
  request: GatedRequest,
  held: Held,
  counted: 'held' | 'refused' | 'coalesced' = 'held',
): Step {
  return {
    state: count(state, counted),
    effects: [
      { kind: 'record', entry: heldDraft(state, request, held) },
      ...answerTo(request, held, state),
    ],
  };
}

/**
 * It waits. Of one kind one waits at a time: a version that comes later takes the place of the one
 * before, everything else is coalesced.
 */
export function putOff(
  state: ModelState,
  request: GatedRequest,
  held: Held & { readonly waitsFor: PendingRequest['waitsFor'] },
  nowMs: number,
): Step {
  const slot = slotOf(request);
  const other = state.pending.find((item) => slotOf(item.request) === slot);
  if (other !== undefined && request.kind !== 'deploy') {
    const detail = `one like it waits already: ${other.detail}`;
    return hold(state, request, { guard: held.guard, detail }, 'coalesced');
  }
  const cleared = other === undefined ? { state, effects: [] } : supersede(state, other, request);
  const { waitsFor, detail, until = null } = held;
  const pending: PendingRequest = { request, waitsFor, detail, until };
  if (waitsFor === 'readiness') {
    return {
      state: add(cleared.state, pending),
      effects: [
        ...cleared.effects,
        {
          kind: 'check-readiness',
          requestId: request.requestId,
          request,
          version: versionOf(state, request),
        },
      ],
    };
  }
  const begun = beginWaiting(cleared.state, pending, nowMs);
  return { state: begun.state, effects: [...cleared.effects, ...begun.effects] };
}

/** Tells those who asked and those who are to decide, and keeps the request. */
export function beginWaiting(state: ModelState, pending: PendingRequest, nowMs: number): Step {
  const { request, waitsFor, detail } = pending;
  const kept: PendingRequest = { ...pending, request: withoutAsker(request) };
  const effects: ModelEffect[] = [{ kind: 'record', entry: pendingDraft(state, kept) }];
  if (waitsFor === 'approval') {
    effects.push(approvalAlert(state.model, request, detail, nowMs));
  }
  if (request.kind === 'deploy' && request.answerTo !== null) {
    effects.push(answerDeploy(request.requestId, request.answerTo, 'kept-as-challenger', detail));
  }
  return { state: awaitVersion(add(state, kept), request), effects };
}

/** A version that waits is no reason to call the retrain that made it ineffective. */
function awaitVersion(state: ModelState, request: GatedRequest): ModelState {
  const { retrain } = state;
  if (request.kind !== 'deploy' || retrain === null) return state;
  if (request.evidence['runId'] !== retrain.runId) return state;
  return { ...state, retrain: { ...retrain, awaits: request.version } };
}

function supersede(state: ModelState, old: PendingRequest, by: GatedRequest): Step {
  const reason = `superseded by ${by.kind === 'deploy' ? `version ${by.version}` : by.requestId}`;
  const { requestId } = old.request;
  const entry = answerDraft(
    state,
    { actor: 'millrace', reason, asOf: by.asOf },
    {
      key: `rejected/${requestId}`,
      action: 'rejected',
      to: versionOf(state, old.request),
      evidence: { requestId },
    },
  );
  const answers = old.waitsFor === 'readiness' ? keptBack(old.request, reason) : [];
  return {
    state: count(remove(state, requestId), 'refused'),
    effects: [{ kind: 'record', entry }, ...answers],
  };
}

function add(state: ModelState, pending: PendingRequest): ModelState {
  const others = state.pending.filter(
    ({ request }) => request.requestId !== pending.request.requestId,
  );
  return { ...state, pending: [...others, pending] };
}

export function remove(state: ModelState, requestId: string): ModelState {
  return {
    ...state,
    pending: state.pending.filter(({ request }) => request.requestId !== requestId),
  };
}

/** The version that a request is about: what would serve, or what serves. */
export function versionOf(state: ModelState, request: GatedRequest): number | null {
  if (request.kind === 'deploy' || request.kind === 'promote') return request.version;
  if (request.kind === 'rollback') {
    return request.version ?? state.earlier[0]?.version ?? null;
  }
  return state.champion?.version ?? null;
}

/** Who asked has been answered: a run does not stay open until a person decides. */
function withoutAsker(request: GatedRequest): GatedRequest {
  return request.kind === 'deploy' ? { ...request, answerTo: null } : request;
}

/** Of what has the same slot one request waits. */
function slotOf(request: GatedRequest): string {
  return request.kind === 'repair' ? repairKeys(request).join() : request.kind;
}

export function answerTo(
  request: GatedRequest,
  { guard, detail }: Pick<Held, 'guard' | 'detail'>,
  state: ModelState,
): readonly ModelEffect[] {
  if (request.kind === 'retrain' && request.answerTo !== null) {
    const outcome = guard === 'in-flight' ? 'coalesced' : 'refused';
    const runId = state.retrain?.runId ?? null;
    const { requestId, answerTo: to } = request;
    return [{ kind: 'answer-retrain', to, answer: { requestId, outcome, runId, detail } }];
  }
  if (request.kind !== 'deploy' || request.answerTo === null) return [];
  return [answerDeploy(request.requestId, request.answerTo, 'refused', detail)];
}

/** A version that is not wanted any more has not failed. */
function keptBack(request: GatedRequest, detail: string): readonly ModelEffect[] {
  if (request.kind !== 'deploy' || request.answerTo === null) return [];
  return [answerDeploy(request.requestId, request.answerTo, 'kept-as-challenger', detail)];
}

function answerDeploy(
  requestId: string,
  to: string,
  outcome: DeployAnswer['outcome'],
  detail: string,
): ModelEffect {
  return {
    kind: 'answer-deploy',
    to,
    answer: { requestId, outcome, serving: 'not-served', detail },
  };
}
