import type { TrafficArm, TrafficRoute } from '../../../contracts/index.js';
import { beginSwitch } from '../begin-switch.js';
import type { ModelState } from '../state.js';
import type { Step } from '../step.js';
import { NO_LOOKS } from './analysis-tally.js';
import { giveBack } from './end-rollout.js';
import { forwardHold } from './forward-hold.js';
import { rolloutDraft } from './rollout-drafts.js';
import { type RolloutInFlight, rolloutIdOf } from './rollout-state.js';
import { type RolloutStage, stagesOf } from './stages.js';

/** Begins the stage at which the rollout stands. */
export function enterStage(state: ModelState, rollout: RolloutInFlight, nowMs: number): Step {
  const stage = stagesOf(rollout.spec)[rollout.stage];
  switch (stage?.kind) {
    case 'smoke':
      return {
        state: { ...state, rollout: { ...rollout, phase: { kind: 'smoke' } } },
        effects: [{ kind: 'smoke-test', rolloutId: rolloutIdOf(rollout), version: rollout.to }],
      };
    case 'share':
      return forwardOr(state, rollout, nowMs, () => moveShare(state, rollout, stage, nowMs));
    case 'pause': {
      const { durationMs } = stage;
      const until = durationMs === null ? null : iso(nowMs + durationMs);
      return at(state, { ...rollout, phase: { kind: 'resting', until } });
    }
    case 'analyse': {
      const { initialDelayMs, timeoutMs } = stage.analysis;
      const endsAt = timeoutMs === null ? null : iso(nowMs + timeoutMs);
      return at(state, {
        ...rollout,
        phase: {
          kind: 'analysing',
          tally: NO_LOOKS,
          since: rollout.movedAt ?? iso(nowMs),
          lookAt: earlier(iso(nowMs + initialDelayMs), endsAt),
          looking: false,
          endsAt,
        },
      });
    }
    default:
      return forwardOr(state, rollout, nowMs, () => conclude(state, rollout, nowMs));
  }
}

export function nextStage(state: ModelState, rollout: RolloutInFlight, nowMs: number): Step {
  return enterStage(state, { ...rollout, stage: rollout.stage + 1 }, nowMs);
}

function forwardOr(
  state: ModelState,
  rollout: RolloutInFlight,
  nowMs: number,
  goOn: () => Step,
): Step {
  const held = forwardHold(state, rollout, nowMs);
  return held === null ? goOn() : at(state, { ...rollout, phase: held });
}

function moveShare(
  state: ModelState,
  rollout: RolloutInFlight,
  { weightPercent, shadow }: Extract<RolloutStage, { kind: 'share' }>,
  nowMs: number,
): Step {
  const { from, to } = rollout;
  const arms: readonly TrafficArm[] = shadow
    ? [{ version: from.version, weightPercent: 100 }]
    : [
        { version: from.version, weightPercent: 100 - weightPercent },
        { version: to, weightPercent },
      ];
  return moveRoute(state, { ...rollout, phase: { kind: 'moving' } }, nowMs, {
    arms,
    shadows: shadow ? [to] : [],
    reason: shadow
      ? `version ${to} is given a copy of each request`
      : `${weightPercent} % of the requests go to version ${to}`,
  });
}

/** Asks the gateways to share requests out in another way, under the next number. */
export function moveRoute(
  state: ModelState,
  rollout: RolloutInFlight,
  nowMs: number,
  wanted: Pick<TrafficRoute, 'arms' | 'shadows'> & {
    readonly reason: string;
    /** Of a former version that is held ready, after the promotion. */
    readonly keepUntil?: string;
  },
): Step {
  const { spec, stage } = rollout;
  const rolloutId = rolloutIdOf(rollout);
  const { arms, shadows, reason, keepUntil } = wanted;
  const route: TrafficRoute = {
    model: state.model,
    number: state.route + 1,
    rolloutId,
    strategy: spec.strategy,
    arms,
    shadows,
    stickyBy: spec.stickyBy,
    seed: spec.seed ?? rolloutId,
    at: iso(nowMs),
  };
  const entry = rolloutDraft(state.model, rollout, {
    key: route.number,
    action: 'weight-moved',
    reason,
    evidence: {
      stage,
      route: JSON.parse(JSON.stringify(route)),
      ...(keepUntil !== undefined && {
        keepUntil,
        request: JSON.parse(JSON.stringify(rollout.request)),
      }),
    },
  });
  return {
    state: { ...state, route: route.number, rollout: { ...rollout, route } },
    effects: [{ kind: 'move-route', rolloutId, route, entry }],
  };
}

/** Every stage was passed. */
function conclude(state: ModelState, rollout: RolloutInFlight, nowMs: number): Step {
  const { spec, to, request } = rollout;
  if (spec.whenPassed === 'keep') {
    const detail = `version ${to} passed; it is kept as a challenger, as was asked: \`millrace promote ${state.model}@${to}\` makes it champion`;
    const end = { status: 'kept-champion', detail, answer: 'kept-as-challenger' } as const;
    return giveBack(state, rollout, end, nowMs);
  }
  const passed = rollout.measurements.at(-1)?.reason;
  const reason = `${request.reason}; its ${STRATEGY_NAMES[spec.strategy]} went through${passed === undefined ? '' : `: ${passed}`}`;
  const rolloutId = rolloutIdOf(rollout);
  const evidence = { ...request.evidence, rolloutId, strategy: spec.strategy };
  return beginSwitch(
    { ...state, rollout: { ...rollout, phase: { kind: 'promoting' } } },
    { ...request, reason, evidence },
    { to },
    nowMs,
  );
}

export const STRATEGY_NAMES = {
  replace: 'replacement',
  blueGreen: 'blue/green rollout',
  canary: 'canary',
  shadow: 'time in the shadow',
  abTest: 'A/B test',
} as const;

function at(state: ModelState, rollout: RolloutInFlight): Step {
  return { state: { ...state, rollout }, effects: [] };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function earlier(one: string, other: string | null): string {
  return other !== null && Date.parse(other) < Date.parse(one) ? other : one;
}
