import type { RolloutMeasurement } from '../../../contracts/index.js';
import { rolloutAlert } from '../alert-drafts.js';
import type { RolloutEvent } from '../events.js';
import type { ModelState } from '../state.js';
import type { Step } from '../step.js';
import { afterLook, endOfAnalysis } from './analysis-tally.js';
import { finish, giveBack } from './end-rollout.js';
import { enterStage, nextStage } from './enter-stage.js';
import { forwardHold } from './forward-hold.js';
import { measured, rolloutDraft } from './rollout-drafts.js';
import {
  isRouteMoving,
  MEASUREMENTS_KEPT,
  type RolloutEnd,
  type RolloutInFlight,
  rolloutIdOf,
} from './rollout-state.js';
import { stagesOf } from './stages.js';
import { afterStepBack, stepBack } from './step-back.js';

type Reported = Exclude<RolloutEvent, { kind: 'rollout-steered' }>;

/** What an effect of a rollout reports. What is told of another rollout, or too late, is nothing. */
export function onRolloutReport(state: ModelState, event: Reported, nowMs: number): Step {
  const { rollout } = state;
  if (event.kind === 'withdrawal-unseen') {
    return { state, effects: [rolloutAlert(state.model, event.rolloutId, event.detail, nowMs)] };
  }
  if (rollout === null || rolloutIdOf(rollout) !== event.rolloutId) return { state, effects: [] };
  switch (event.kind) {
    case 'smoke-tested':
      return onSmokeTested(state, rollout, event, nowMs);
    case 'route-moved':
      return onRouteMoved(state, rollout, event, nowMs);
    case 'route-withdrawn':
      return onRouteWithdrawn(state, rollout, nowMs);
    case 'arms-measured':
      return onArmsMeasured(state, rollout, event, nowMs);
  }
}

function onSmokeTested(
  state: ModelState,
  rollout: RolloutInFlight,
  { problem, failure }: Extract<RolloutEvent, { kind: 'smoke-tested' }>,
  nowMs: number,
): Step {
  if (rollout.phase.kind !== 'smoke') return { state, effects: [] };
  if (problem === null) return nextStage(state, rollout, nowMs);
  const detail = `version ${rollout.to} failed its smoke request: ${problem}`;
  const end = { detail, answer: 'refused', ...(failure !== undefined && { failure }) } as const;
  return fail(state, rollout, end, nowMs);
}

function onRouteMoved(
  state: ModelState,
  rollout: RolloutInFlight,
  { number, outcome, detail }: Extract<RolloutEvent, { kind: 'route-moved' }>,
  nowMs: number,
): Step {
  const isAwaited = isRouteMoving(rollout) && rollout.route?.number === number;
  if (!isAwaited || outcome === 'overtaken') return { state, effects: [] };
  if (outcome === 'failed') {
    return fail(state, rollout, { detail, answer: 'kept-as-challenger' }, nowMs);
  }
  if (rollout.phase.kind === 'behind') return afterStepBack(state, rollout, nowMs);
  if (outcome === 'not-applied') return stepBack(state, rollout, detail, nowMs);
  const movedAt = new Date(nowMs).toISOString();
  const applied = rollout.route;
  return nextStage(state, { ...rollout, applied, unapplied: 0, movedAt }, nowMs);
}

function onRouteWithdrawn(state: ModelState, rollout: RolloutInFlight, nowMs: number): Step {
  const { phase, to } = rollout;
  if (phase.kind === 'returning') return finish(state, rollout, phase.end, nowMs, phase.end.answer);
  if (phase.kind !== 'keeping') return { state, effects: [] };
  return finish(
    state,
    rollout,
    { status: 'promoted', detail: `version ${to} is champion` },
    nowMs,
    null,
  );
}

function onArmsMeasured(
  state: ModelState,
  before: RolloutInFlight,
  { stage, measurement }: Extract<RolloutEvent, { kind: 'arms-measured' }>,
  nowMs: number,
): Step {
  const present = stagesOf(before.spec)[before.stage];
  if (before.phase.kind !== 'analysing' || before.stage !== stage || present?.kind !== 'analyse') {
    return { state, effects: [] };
  }
  const rollout = withMeasurement(before, measurement);
  const { phase } = before;
  const { analysis } = present;
  const tally = afterLook(phase.tally, measurement.verdict);
  const timeIsUp = phase.endsAt !== null && nowMs >= Date.parse(phase.endsAt);
  const end = endOfAnalysis(tally, analysis, timeIsUp);
  if (end === null) {
    const nextMs = nowMs + analysis.intervalMs;
    const endsMs = phase.endsAt === null ? nextMs : Date.parse(phase.endsAt);
    const lookAt = new Date(Math.min(nextMs, Math.max(nowMs, endsMs))).toISOString();
    const waiting = { ...phase, tally, lookAt, looking: false };
    return { state: { ...state, rollout: { ...rollout, phase: waiting } }, effects: [] };
  }
  const detail = `${measurement.reason}; ${end.why}`;
  const entry = rolloutDraft(state.model, rollout, {
    key: stage,
    action: end.passed ? 'analysis-passed' : 'analysis-failed',
    reason: detail,
    evidence: { stage, tally: { ...tally }, ...measured(measurement) },
  });
  const next = end.passed
    ? nextStage(state, rollout, nowMs)
    : fail(state, rollout, { detail, answer: 'kept-as-challenger' }, nowMs);
  return { ...next, effects: [{ kind: 'record', entry }, ...next.effects] };
}

function withMeasurement(
  rollout: RolloutInFlight,
  measurement: RolloutMeasurement,
): RolloutInFlight {
  const measurements = [...rollout.measurements, measurement].slice(-MEASUREMENTS_KEPT);
  return { ...rollout, measurements, looks: rollout.looks + 1 };
}

/** All requests go back to the champion, and people are told. */
function fail(
  state: ModelState,
  rollout: RolloutInFlight,
  failed: Omit<RolloutEnd, 'status'>,
  nowMs: number,
): Step {
  const { detail } = failed;
  const end: RolloutEnd = { status: 'kept-champion', ...failed };
  const step = giveBack(state, rollout, end, nowMs);
  const { request, to } = rollout;
  const title = `the rollout of version ${to} ended with version ${rollout.from.version}`;
  const alert = rolloutAlert(state.model, request.requestId, detail, nowMs, {
    title,
    channels: request.notify ?? [],
  });
  return { ...step, effects: [...step.effects, alert] };
}

/** Goes on where the clock lets it. */
export function onRolloutTime(state: ModelState, nowMs: number): Step {
  const { rollout } = state;
  if (rollout === null) return { state, effects: [] };
  const { phase } = rollout;
  switch (phase.kind) {
    case 'resting':
      return isDue(phase.until, nowMs) ? nextStage(state, rollout, nowMs) : { state, effects: [] };
    case 'analysing':
      return phase.looking || !isDue(phase.lookAt, nowMs)
        ? { state, effects: [] }
        : look(state, rollout);
    case 'behind':
      return isDue(phase.until, nowMs) ? enterStage(state, rollout, nowMs) : { state, effects: [] };
    case 'keeping':
      return isDue(phase.until, nowMs) ? endKeeping(state, rollout) : { state, effects: [] };
    default:
      return { state, effects: [] };
  }
}

/** Lets a rollout go on that was held, once nothing holds it any more. */
export function letGo(step: Step, nowMs: number): Step {
  const { rollout } = step.state;
  if (rollout?.phase.kind !== 'held') return step;
  const held = forwardHold(step.state, rollout, nowMs);
  if (held === null) {
    const next = enterStage(step.state, rollout, nowMs);
    return { state: next.state, effects: [...step.effects, ...next.effects] };
  }
  const { detail, until } = rollout.phase;
  if (held.detail === detail && held.until === until) return step;
  return { ...step, state: { ...step.state, rollout: { ...rollout, phase: held } } };
}

function look(state: ModelState, rollout: RolloutInFlight): Step {
  const { phase, spec, stage, from, to, route, looks } = rollout;
  const present = stagesOf(spec)[stage];
  if (phase.kind !== 'analysing' || present?.kind !== 'analyse') return { state, effects: [] };
  return {
    state: { ...state, rollout: { ...rollout, phase: { ...phase, looking: true } } },
    effects: [
      {
        kind: 'measure-arms',
        rolloutId: rolloutIdOf(rollout),
        stage,
        arms: {
          number: looks + 1,
          champion: from.version,
          challenger: to,
          shadow: route?.shadows.includes(to) === true,
          since: phase.since,
          route: route?.number ?? 0,
          analysis: present.analysis,
        },
      },
    ],
  };
}

/** The former version is not held ready any more. */
function endKeeping(state: ModelState, rollout: RolloutInFlight): Step {
  const number = state.route + 1;
  const entry = rolloutDraft(state.model, rollout, {
    action: 'rollout-ended',
    reason: `version ${rollout.from.version} is held ready no longer`,
    evidence: { status: 'promoted', route: number },
  });
  const phase = { kind: 'keeping', until: null } as const;
  return {
    state: { ...state, route: number, rollout: { ...rollout, phase } },
    effects: [{ kind: 'withdraw-route', rolloutId: rolloutIdOf(rollout), number, entry }],
  };
}

/** When the clock changes something next; `null`: it does not. */
export function rolloutWake({ rollout }: Pick<ModelState, 'rollout'>): string | null {
  const phase = rollout?.phase;
  switch (phase?.kind) {
    case 'resting':
    case 'held':
    case 'behind':
    case 'keeping':
      return phase.until;
    case 'analysing':
      return phase.looking ? null : phase.lookAt;
    default:
      return null;
  }
}

function isDue(time: string | null, nowMs: number): boolean {
  return time !== null && Date.parse(time) <= nowMs;
}
