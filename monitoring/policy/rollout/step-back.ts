import type { TrafficArm } from '../../../contracts/index.js';
import { rolloutAlert } from '../alert-drafts.js';
import type { ModelState } from '../state.js';
import type { Step } from '../step.js';
import { moveRoute } from './enter-stage.js';
import { forwardHold } from './forward-hold.js';
import { rolloutDraft } from './rollout-drafts.js';
import type { RolloutInFlight } from './rollout-state.js';

/** How long shares that a gateway did not apply are left alone, attempt by attempt. */
const TRY_AGAIN_AFTER_MS = [60_000, 120_000, 300_000] as const;

/**
 * A live gateway did not apply the shares in time: those before are in force again, and it is tried
 * again later. After a few attempts it waits for a person.
 *
 * @param detail - which gateway did not follow
 */
export function stepBack(
  state: ModelState,
  before: RolloutInFlight,
  detail: string,
  nowMs: number,
): Step {
  const { applied, from, to, request } = before;
  const unapplied = before.unapplied + 1;
  const mayTryAgain = unapplied <= TRY_AGAIN_AFTER_MS.length;
  const reason = `the gateways did not follow in ${unapplied} attempts: ${detail}`;
  const pausedBy = mayTryAgain ? before.pausedBy : { actor: 'millrace', reason };
  const rollout: RolloutInFlight = {
    ...before,
    unapplied,
    pausedBy,
    phase: { kind: 'behind', detail, until: null },
  };
  const arms: readonly TrafficArm[] = applied?.arms ?? [
    { version: from.version, weightPercent: 100 },
  ];
  const share = arms.find(({ version }) => version === to)?.weightPercent ?? 0;
  const moved = moveRoute(state, rollout, nowMs, {
    arms,
    shadows: applied?.shadows ?? [],
    reason: `version ${to} has ${share} % of the requests again: ${detail}`,
  });
  if (mayTryAgain) return moved;
  const entry = rolloutDraft(state.model, rollout, {
    key: `unapplied/${moved.state.route}`,
    action: 'rollout-paused',
    reason,
  });
  const alert = rolloutAlert(state.model, request.requestId, detail, nowMs, {
    title: `the rollout of version ${to} waits: a gateway does not apply its shares`,
    channels: request.notify ?? [],
  });
  return { ...moved, effects: [...moved.effects, { kind: 'record', entry }, alert] };
}

/** The shares before were given back, or were not seen to be: from now on the time counts. */
export function afterStepBack(state: ModelState, rollout: RolloutInFlight, nowMs: number): Step {
  const { phase, unapplied } = rollout;
  if (phase.kind !== 'behind' || phase.until !== null) return { state, effects: [] };
  const held = forwardHold(state, rollout, nowMs);
  const waitMs = TRY_AGAIN_AFTER_MS[unapplied - 1] ?? 0;
  const until = new Date(nowMs + waitMs).toISOString();
  return {
    state: { ...state, rollout: { ...rollout, phase: held ?? { ...phase, until } } },
    effects: [],
  };
}
