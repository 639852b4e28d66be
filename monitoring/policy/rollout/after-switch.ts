import type { ChangeRequest } from '../../../contracts/index.js';
import type { ModelEffect, ModelEvent } from '../events.js';
import type { Step } from '../step.js';
import { finish, giveBack } from './end-rollout.js';
import { moveRoute } from './enter-stage.js';
import type { RolloutInFlight } from './rollout-state.js';

type ChangeEnded = Extract<ModelEvent, { kind: 'change-ended' }>;

/** What a switch of the champion that has ended means to the rollout that it belongs to. */
export function afterSwitch(
  step: Step,
  request: ChangeRequest,
  { outcome, detail }: ChangeEnded,
  nowMs: number,
): Step {
  const { rollout } = step.state;
  if (rollout === null) return step;
  const moved = outcome !== 'unusable' && outcome !== 'nowhere-to-return';
  const { phase, to } = rollout;
  if (phase.kind === 'keeping') {
    // Another change came: the route went with the alias.
    const end = { status: 'promoted', detail: `version ${to} was champion` } as const;
    return moved ? and(step, finish(step.state, rollout, end, nowMs, null)) : step;
  }
  if (phase.kind !== 'promoting') return step;
  if (!moved) {
    const end = { status: 'kept-champion', detail, answer: 'refused' } as const;
    const without = { ...rollout, request: { ...rollout.request, answerTo: null } };
    return and(step, giveBack(step.state, without, end, nowMs));
  }
  if (outcome === 'compensated') {
    return and(step, finish(step.state, rollout, { status: 'kept-champion', detail }, nowMs, null));
  }
  return and(step, promoted(step, rollout, request, nowMs));
}

function promoted(
  { state }: Step,
  rollout: RolloutInFlight,
  by: ChangeRequest,
  nowMs: number,
): Step {
  const { spec, from, to, request } = rollout;
  const early = by.requestId !== request.requestId;
  const detail = early ? `version ${to} was promoted: ${by.reason}` : `version ${to} is champion`;
  const answer = toldToo(rollout, early, detail);
  if (spec.strategy !== 'blueGreen' || spec.keepMs === 0 || early || state.waiting.length > 0) {
    const ended = finish(state, rollout, { status: 'promoted', detail }, nowMs, null);
    return { ...ended, effects: [...ended.effects, ...answer] };
  }
  const until = new Date(nowMs + spec.keepMs).toISOString();
  return moveRoute(state, { ...rollout, phase: { kind: 'keeping', until } }, nowMs, {
    arms: [
      { version: to, weightPercent: 100 },
      { version: from.version, weightPercent: 0 },
    ],
    shadows: [],
    reason: `version ${from.version} is held ready until ${until}, for a quick return`,
    keepUntil: until,
  });
}

/** The run that asked for the rollout, where a person promoted its version before the end. */
function toldToo(
  { request: { requestId, answerTo } }: RolloutInFlight,
  early: boolean,
  detail: string,
): ModelEffect[] {
  if (!early || answerTo === null) return [];
  return [
    {
      kind: 'answer-deploy',
      to: answerTo,
      answer: { requestId, outcome: 'promoted', serving: 'confirmed', detail },
    },
  ];
}

function and(step: Step, next: Step): Step {
  return { state: next.state, effects: [...step.effects, ...next.effects] };
}
