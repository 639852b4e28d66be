import type { ChangeRequest, DeployAnswer, FailureType } from '../../contracts/index.js';
import { pauseAt } from './admit.js';
import { switchFailedAlert, undoableAlert } from './alert-drafts.js';
import { isAutomatic } from './automatic.js';
import { beginSwitch } from './begin-switch.js';
import { type ChangeRuling, ruleOnChange } from './change-rules.js';
import { returnTo, succeed } from './earlier-champions.js';
import type { ModelEffect, ModelEvent } from './events.js';
import { heldByGate } from './gate.js';
import { changeDraft, refusedDraft } from './ledger-drafts.js';
import { hold, putOff } from './pending.js';
import { liftAll } from './reduce-repair.js';
import { retrainInstead } from './retrain-instead.js';
import { afterSwitch } from './rollout/after-switch.js';
import { beginRollout, isRollingOut, rolloutOf } from './rollout/begin-rollout.js';
import { changeDuringRollout, meansRollout, wait } from './rollout/change-during-rollout.js';
import type { ChangeInFlight, ModelState, Pause, Undoable } from './state.js';
import { count, type Step } from './step.js';
import { withUndoable } from './undoable.js';

type ChangeEnded = Extract<ModelEvent, { kind: 'change-ended' }>;

export function onChangeRequested(state: ModelState, asked: ChangeRequest, nowMs: number): Step {
  const request = aimed(state, asked);
  if (state.rollout?.phase.kind === 'returning') return whileReturning(state, request);
  if (state.change === null) return thenNextWaiting(decide(state, request, nowMs), nowMs);
  // A rollback beats a rollout in flight, and stands before whatever else waits.
  const overtakes =
    request.kind === 'rollback' &&
    state.change.request.kind !== 'rollback' &&
    heldByGate(state, request, nowMs) === null;
  return {
    state: wait(state, request),
    effects: overtakes
      ? [{ kind: 'overtake-switch', requestId: state.change.request.requestId }]
      : [],
  };
}

/** Who takes a rollout back that is being promoted just now means the version that it brings. */
function aimed({ rollout }: ModelState, request: ChangeRequest): ChangeRequest {
  if (request.kind !== 'rollback' || rollout?.phase.kind !== 'promoting') return request;
  if (request.blames !== rollout.from.version || !meansRollout(rollout, request)) return request;
  return { ...request, blames: rollout.to };
}

/** All requests are on their way to the champion; what else is asked for waits for that. */
function whileReturning(state: ModelState, request: ChangeRequest): Step {
  const { rollout } = state;
  if (rollout === null || request.kind !== 'rollback' || !meansRollout(rollout, request)) {
    return { state: wait(state, request), effects: [] };
  }
  const detail = `version ${rollout.from.version} is being given all requests already`;
  const entry = refusedDraft(state, request, 'rollback-refused', detail);
  return { state: count(state, 'coalesced'), effects: [{ kind: 'record', entry }] };
}

/** Rules on a request and begins what it asks for; with no change in flight. */
function decide(state: ModelState, request: ChangeRequest, nowMs: number): Step {
  const ruling = ruleOnChange({ ...state, paused: pauseFor(state, request, nowMs) }, request);
  if (ruling.ruling !== 'switch' && ruling.ruling !== 'end-rollout') {
    return unchanged(state, request, ruling);
  }
  const held = heldByGate(state, request, nowMs);
  if (held?.waitsFor !== undefined) {
    return putOff(state, request, { ...held, waitsFor: held.waitsFor }, nowMs);
  }
  if (held !== null) return hold(state, request, held);
  if (state.rollout !== null && isRollingOut(state)) {
    return changeDuringRollout(state, state.rollout, request, nowMs);
  }
  const spec = rolloutOf(state, request);
  if (spec !== null && request.kind !== 'rollback') {
    return beginRollout(state, request, spec, nowMs);
  }
  return ruling.ruling === 'switch'
    ? beginSwitch(state, request, ruling, nowMs)
    : { state, effects: [] };
}

/** The pause that keeps a request back: whose run a person started, its deploy waits all the same. */
function pauseFor(state: ModelState, request: ChangeRequest, nowMs: number): Pause | null {
  const isHeld =
    request.approvedBy === undefined && (request.kind === 'deploy' || isAutomatic(request));
  return isHeld ? pauseAt(state, nowMs) : null;
}

function unchanged(
  state: ModelState,
  request: ChangeRequest,
  ruling: Exclude<ChangeRuling, { ruling: 'switch' | 'end-rollout' }>,
): Step {
  if (ruling.ruling === 'already-champion') {
    const detail = `version ${request.version} is champion already`;
    return {
      state: count(state, 'acted'),
      effects: answer(request, 'promoted', 'confirmed', detail),
    };
  }
  const kept = ruling.ruling === 'keep-as-challenger';
  const action = kept ? 'kept-as-challenger' : refusalOf(request);
  const line = refusedDraft(state, request, action, ruling.detail);
  const { guard } = ruling;
  const entry = guard === undefined ? line : { ...line, evidence: { ...line.evidence, guard } };
  return {
    state: count(state, 'refused'),
    effects: [
      { kind: 'record', entry },
      ...answer(request, kept ? 'kept-as-challenger' : 'refused', 'not-served', ruling.detail),
    ],
  };
}

function refusalOf(request: ChangeRequest): 'rollback-refused' | 'deploy-refused' {
  return request.kind === 'rollback' ? 'rollback-refused' : 'deploy-refused';
}

function answer(
  request: ChangeRequest,
  outcome: DeployAnswer['outcome'],
  serving: DeployAnswer['serving'],
  detail: string,
  failure?: FailureType,
): ModelEffect[] {
  if (request.kind === 'rollback' || request.answerTo === null) return [];
  const { requestId, answerTo } = request;
  const said = { requestId, outcome, serving, detail, ...(failure !== undefined && { failure }) };
  return [{ kind: 'answer-deploy', to: answerTo, answer: said }];
}

export function onChangeEnded(state: ModelState, event: ChangeEnded, nowMs: number): Step {
  const { change } = state;
  if (change === null || change.request.requestId !== event.requestId)
    return { state, effects: [] };
  const settled = settle({ ...state, change: null }, change, event, nowMs);
  return thenNextWaiting(afterSwitch(settled, change.request, event, nowMs), nowMs);
}

function settle(
  state: ModelState,
  change: ChangeInFlight,
  event: ChangeEnded,
  nowMs: number,
): Step {
  const { request } = change;
  const alert = switchFailedAlert(state.model, request, event.detail, nowMs);
  switch (event.outcome) {
    case 'unusable':
      return {
        state,
        effects: [
          ...refusal(state, request, event),
          ...(request.kind === 'rollback' ? [alert] : []),
        ],
      };
    case 'nowhere-to-return': {
      const refused = { state, effects: [...refusal(state, request, event), alert] };
      return event.retrainInstead === true && request.kind === 'rollback' && isAutomatic(request)
        ? retrainInstead(refused, request, event.detail, nowMs)
        : refused;
    }
    case 'compensated':
      return {
        state: { ...state, transition: change.transition + 1 },
        effects: [...refusalAnswer(request, event), alert],
      };
    default:
      return switched(state, change, event, nowMs);
  }
}

function refusal(state: ModelState, request: ChangeRequest, event: ChangeEnded): ModelEffect[] {
  return [
    { kind: 'record', entry: refusedDraft(state, request, refusalOf(request), event.detail) },
    ...refusalAnswer(request, event),
  ];
}

/** Who asked is told whose fault it is: the version's, or that of a gateway or the registry. */
function refusalAnswer(
  request: ChangeRequest,
  { detail, failure }: Pick<ChangeEnded, 'detail' | 'failure'>,
): ModelEffect[] {
  return answer(request, 'refused', 'not-served', detail, failure);
}

function switched(
  state: ModelState,
  change: ChangeInFlight,
  event: ChangeEnded,
  nowMs: number,
): Step {
  const { request } = change;
  const lifted = liftAll(
    switchedState(state, { ...change, to: event.to ?? change.to }, event),
    request,
    ({ kind }) => kind === 'fallback',
    nowMs,
  );
  const serving = event.outcome === 'confirmed' ? 'confirmed' : 'unconfirmed';
  return {
    state: lifted.state,
    effects: [
      { kind: 'configure-monitor' },
      ...lifted.effects,
      ...answer(request, 'promoted', serving, event.detail),
      ...(change.undoUntil === undefined
        ? []
        : [undoableAlert(state.model, request, change.undoUntil, nowMs)]),
      ...(event.outcome === 'not-read-back'
        ? [switchFailedAlert(state.model, request, event.detail, nowMs)]
        : []),
    ],
  };
}

function switchedState(state: ModelState, change: ChangeInFlight, event: ChangeEnded): ModelState {
  const { request } = change;
  const promotes = request.kind !== 'rollback';
  const byRetrain =
    promotes && state.retrain !== null && request.evidence['runId'] === state.retrain.runId;
  const settled: ModelState = {
    ...state,
    champion: { version: change.to, sinceAsOf: request.asOf },
    earlier: promotes
      ? succeed(change.from, state.earlier, change.to)
      : returnTo(state.earlier, change.to),
    transition: change.transition,
    guards: event.guards,
    automation: event.automation ?? 'full',
    retrain:
      byRetrain && state.retrain !== null
        ? { ...state.retrain, promoted: change.to }
        : state.retrain,
    ineffectiveRetrains: promotes ? 0 : state.ineffectiveRetrains,
  };
  return change.undoUntil === undefined
    ? settled
    : withUndoable(settled, undoableChange(state.model, change, change.undoUntil));
}

function undoableChange(model: string, change: ChangeInFlight, until: string): Undoable {
  return {
    entryKey: changeDraft(model, change).key,
    until,
    what: change.request.kind === 'rollback' ? 'rollback' : 'promotion',
    from: change.from?.version ?? null,
    to: change.to,
  };
}

/** Decides on what waits, as long as nothing is under way. */
export function thenNextWaiting(step: Step, nowMs: number): Step {
  let { state } = step;
  const effects = [...step.effects];
  while (state.change === null && state.rollout?.phase.kind !== 'returning') {
    const next = state.waiting[0];
    if (next === undefined) break;
    const decided = decide({ ...state, waiting: state.waiting.slice(1) }, next, nowMs);
    state = decided.state;
    effects.push(...decided.effects);
  }
  return { state, effects };
}
