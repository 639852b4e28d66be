import type { ApprovalAnswer, PendingRequest } from '../../contracts/index.js';
import type { ModelEvent } from './events.js';
import { answerDraft } from './ledger-drafts.js';
import { answerTo, beginWaiting, hold, remove, versionOf } from './pending.js';
import { onRolloutTime, rolloutWake } from './rollout/reduce-rollout.js';
import { route } from './route-request.js';
import type { ModelState } from './state.js';
import { count, type Step } from './step.js';

/** What becomes of requests that wait: a check, a person or the clock lets them go on. */

export function onReadinessChecked(
  state: ModelState,
  { requestId, missing }: Extract<ModelEvent, { kind: 'readiness-checked' }>,
  nowMs: number,
): Step {
  const pending = state.pending.find(
    (item) => item.waitsFor === 'readiness' && item.request.requestId === requestId,
  );
  if (pending === undefined) return { state, effects: [] };
  const { request } = pending;
  if (missing.length === 0 && request.kind === 'promote') {
    return route(remove(state, requestId), { ...request, approvedBy: request.actor }, nowMs);
  }
  if (missing.length === 0) {
    return beginWaiting(state, { ...pending, waitsFor: 'approval' }, nowMs);
  }
  const version = versionOf(state, request);
  const detail = `its risk class is high, and ${version === null ? 'the model' : `version ${version}`} lacks ${missing.join(', ')}; released by a version that has them`;
  return hold(remove(state, requestId), request, { guard: 'risk', detail }, 'refused');
}

export function onApprovalAnswered(
  state: ModelState,
  { answer, answerId }: Extract<ModelEvent, { kind: 'approval-answered' }>,
  nowMs: number,
): Step {
  const meant = meantBy(state, answer);
  if (typeof meant === 'string') {
    const entry = answerDraft(state, answer, {
      key: `approval-refused/${answerId}`,
      action: 'approval-refused',
      to: answer.version,
      reason: `${meant} (asked: ${answer.reason})`,
      evidence: { answerId },
    });
    return { state, effects: [{ kind: 'record', entry }] };
  }
  const { request } = meant;
  const approved = answer.answer === 'approve';
  const action = approved ? 'approved' : 'rejected';
  const entry = answerDraft(state, answer, {
    key: `${action}/${request.requestId}`,
    action,
    to: versionOf(state, request),
    evidence: { requestId: request.requestId, answerId },
  });
  const without = remove(state, request.requestId);
  if (!approved) {
    const refusal = { guard: 'risk', detail: `${answer.actor} said no: ${answer.reason}` } as const;
    const told = answerTo(request, refusal, state);
    return {
      state: count(without, 'refused'),
      effects: [{ kind: 'record', entry }, ...told],
    };
  }
  const step = route(without, { ...request, approvedBy: answer.actor }, nowMs);
  return { state: step.state, effects: [{ kind: 'record', entry }, ...step.effects] };
}

/** The one that a person answers, or why none can be told. */
function meantBy(state: ModelState, answer: ApprovalAnswer): PendingRequest | string {
  const { requestId, version } = answer;
  const waiting = state.pending.filter(({ waitsFor }) => waitsFor !== 'readiness');
  const meant = waiting.filter(
    ({ request }) =>
      (requestId === null || request.requestId === requestId) &&
      (version === null || (request.kind === 'deploy' && request.version === version)),
  );
  const [only, ...others] = meant;
  if (only === undefined) return 'nothing of that name waits for approval';
  return others.length === 0 ? only : `${meant.length} requests wait; name one by its request id`;
}

/** Ends a pause whose time has come, and lets go on what waited for the end of quiet hours. */
export function onTimePassed(state: ModelState, nowMs: number): Step {
  let step = endPause(state, nowMs);
  const due = state.pending.filter(({ until }) => until !== null && Date.parse(until) <= nowMs);
  for (const { request } of due) {
    const next = route(remove(step.state, request.requestId), request, nowMs);
    step = { state: next.state, effects: [...step.effects, ...next.effects] };
  }
  const rolled = onRolloutTime(step.state, nowMs);
  return { state: rolled.state, effects: [...step.effects, ...rolled.effects] };
}

function endPause(state: ModelState, nowMs: number): Step {
  const { paused } = state;
  if (paused?.until === undefined || Date.parse(paused.until) > nowMs) {
    return { state, effects: [] };
  }
  const { actor, reason, until } = paused;
  const entry = answerDraft(
    state,
    { actor: 'millrace', reason: `the pause by ${actor} (${reason}) has ended`, asOf: until },
    { key: `resumed/${actor}/${until}`, action: 'resumed', evidence: {} },
  );
  return { state: { ...state, paused: null }, effects: [{ kind: 'record', entry }] };
}

/** When time itself changes something next, by the wall clock; `null`: never. */
export function nextWake(state: ModelState): number | null {
  const { paused, pending } = state;
  const times = [paused?.until, ...pending.map(({ until }) => until), rolloutWake(state)]
    .filter((time) => typeof time === 'string')
    .map((time) => Date.parse(time));
  return times.length === 0 ? null : Math.min(...times);
}
