import type { LedgerAction, RolloutCommandRequest } from '../../../contracts/index.js';
import { answerDraft } from '../ledger-drafts.js';
import type { ModelState } from '../state.js';
import { count, once, type Step } from '../step.js';
import { giveBack } from './end-rollout.js';
import { enterStage, nextStage } from './enter-stage.js';
import { rolloutDraft } from './rollout-drafts.js';
import type { RolloutInFlight, RolloutPhase } from './rollout-state.js';

/** What a person does to a rollout in flight, at any moment. */
export function onRolloutSteered(
  before: ModelState,
  request: RolloutCommandRequest,
  nowMs: number,
): Step {
  return once(before, request.requestId, (state) => {
    const { rollout } = state;
    const problem = problemOf(rollout, request);
    if (rollout === null || problem !== null) return refuse(state, request, problem ?? '');
    return steer(count(state, 'acted'), rollout, request, nowMs);
  });
}

function problemOf(
  rollout: RolloutInFlight | null,
  { command }: RolloutCommandRequest,
): string | null {
  if (rollout === null) return 'no rollout is in flight';
  const { phase, pausedBy, from, to } = rollout;
  switch (phase.kind) {
    case 'returning':
      return `the rollout of version ${to} is ending: version ${from.version} is given all requests`;
    case 'promoting':
    case 'keeping':
      return `version ${to} is promoted already; a rollback brings version ${from.version} back`;
  }
  if (command === 'pause' && pausedBy !== null) return `${pausedBy.actor} has paused it already`;
  const waits = pausedBy !== null || phase.kind === 'resting' || isWaitingToTry(phase);
  if (command === 'resume' && !waits) {
    return 'it is not paused';
  }
  return null;
}

/** Shares that a gateway did not apply are left alone for a while; a person need not wait. */
function isWaitingToTry(phase: RolloutPhase): boolean {
  return phase.kind === 'behind' && phase.until !== null;
}

function steer(
  state: ModelState,
  rollout: RolloutInFlight,
  request: RolloutCommandRequest,
  nowMs: number,
): Step {
  const { actor, reason } = request;
  switch (request.command) {
    case 'pause': {
      const paused = { ...state, rollout: { ...rollout, pausedBy: { actor, reason } } };
      return { state: paused, effects: [line(state, rollout, request, 'rollout-paused')] };
    }
    case 'resume': {
      const { phase, pausedBy } = rollout;
      const resumed: RolloutInFlight = { ...rollout, pausedBy: null, unapplied: 0 };
      const record = line(state, rollout, request, 'rollout-resumed');
      if (isWaitingToTry(phase)) {
        const next = enterStage(state, resumed, nowMs);
        return { state: next.state, effects: [record, ...next.effects] };
      }
      // A pause of the spec ends by it too, unless it has an end of its own and another was meant.
      const endsRest = phase.kind === 'resting' && (pausedBy === null || phase.until === null);
      if (!endsRest) return { state: { ...state, rollout: resumed }, effects: [record] };
      const next = nextStage(state, resumed, nowMs);
      return { state: next.state, effects: [record, ...next.effects] };
    }
    case 'abort': {
      const detail = `aborted: ${reason}`;
      const end = { status: 'aborted', detail, answer: 'kept-as-challenger' } as const;
      return giveBack(state, rollout, end, nowMs, request);
    }
  }
}

function line(
  { model }: ModelState,
  rollout: RolloutInFlight,
  request: RolloutCommandRequest,
  action: Extract<LedgerAction, 'rollout-paused' | 'rollout-resumed'>,
) {
  const { requestId, reason } = request;
  const entry = rolloutDraft(model, rollout, {
    key: requestId,
    action,
    reason,
    by: request,
    evidence: { requestId },
  });
  return { kind: 'record', entry } as const;
}

function refuse(state: ModelState, request: RolloutCommandRequest, problem: string): Step {
  const { requestId, command, reason } = request;
  const entry = answerDraft(state, request, {
    key: `rollout-refused/${requestId}`,
    action: 'rollout-refused',
    reason: `${problem} (asked: ${command}, ${reason})`,
    evidence: { requestId, command },
  });
  return { state: count(state, 'refused'), effects: [{ kind: 'record', entry }] };
}
