import type { ChangeRequest, DeployRequest, RolloutSpec } from '../../../contracts/index.js';
import type { ModelState } from '../state.js';
import { count, type Step } from '../step.js';
import { finish } from './end-rollout.js';
import { enterStage } from './enter-stage.js';
import { startedDraft } from './rollout-drafts.js';
import { isRouteMoving, type RolloutInFlight } from './rollout-state.js';

/** How a change is rolled out; `null`: at once. The first version of a model has nothing beside it. */
export function rolloutOf(state: ModelState, request: ChangeRequest): RolloutSpec | null {
  if (request.kind === 'rollback' || state.champion === null) return null;
  const { rollout } = request;
  return rollout === undefined || rollout.strategy === 'replace' ? null : rollout;
}

/** Begins a rollout with a smoke request; no other may be in flight. */
export function beginRollout(
  before: ModelState,
  request: DeployRequest,
  spec: RolloutSpec,
  nowMs: number,
): Step {
  const { state, route, effects } = endKeeping(before, nowMs);
  if (state.champion === null) return { state, effects };
  const rollout: RolloutInFlight = {
    request,
    spec,
    from: state.champion,
    to: request.version,
    stage: 0,
    phase: { kind: 'smoke' },
    route,
    applied: null,
    unapplied: 0,
    movedAt: null,
    pausedBy: null,
    looks: 0,
    measurements: [],
    startedAt: new Date(nowMs).toISOString(),
  };
  const entered = enterStage(count(state, 'acted'), rollout, nowMs);
  return {
    state: entered.state,
    effects: [
      ...effects,
      { kind: 'record', entry: startedDraft(state.model, rollout) },
      ...entered.effects,
    ],
  };
}

/** A former version that is held ready gives way; its route stays until the next one. */
function endKeeping(state: ModelState, nowMs: number) {
  const { rollout } = state;
  if (rollout === null) return { state, route: null, effects: [] };
  const detail = `version ${rollout.to} is champion; another rollout began`;
  return {
    ...finish(state, rollout, { status: 'promoted', detail }, nowMs, null),
    route: rollout.route,
  };
}

/** Whether nothing else may be begun: one that only holds the former version ready does not count. */
export function isRollingOut({ rollout }: Pick<ModelState, 'rollout'>): boolean {
  return rollout !== null && rollout.phase.kind !== 'keeping';
}

/** Whether something is under way for a rollout that may take long: a request must reach it then. */
export function isRolloutBusy({ rollout }: Pick<ModelState, 'rollout'>): boolean {
  if (rollout === null) return false;
  const { phase } = rollout;
  if (phase.kind === 'analysing') return phase.looking;
  return phase.kind === 'smoke' || isRouteMoving(rollout);
}
