import {
  complaintOfDeployRequest,
  type DeployRequest,
  isWholeRoute,
  type JsonValue,
  type LedgerEntry,
  type TrafficRoute,
} from '../../../contracts/index.js';
import type { ModelState } from '../state.js';
import type { RolloutInFlight } from './rollout-state.js';

/** A rollout as the lines of the ledger tell it: what `manageModel` goes on with. */
export function replayRollout(before: ModelState, entry: LedgerEntry): ModelState {
  const state = { ...before, route: Math.max(before.route, routeNumberOf(entry)) };
  const { rollout } = state;
  switch (entry.action) {
    case 'rollout-started':
      return { ...state, rollout: started(state, entry) };
    case 'promoted':
    case 'rolled-back':
    case 'compensated':
    case 'rollout-ended':
      return { ...state, rollout: null };
    case 'weight-moved':
      return { ...state, rollout: moved(state, entry) };
    case 'rollout-paused': {
      const { actor, reason } = entry;
      return rollout === null
        ? state
        : { ...state, rollout: { ...rollout, pausedBy: { actor, reason } } };
    }
    case 'rollout-resumed':
      return rollout === null ? state : { ...state, rollout: { ...rollout, pausedBy: null } };
    default:
      return state;
  }
}

/** Picked up at once, from the beginning of the stage at which it stood. */
function pickedUp(at: string) {
  return { kind: 'held', detail: 'picked up from the ledger', until: at } as const;
}

function started(
  { champion, rollout: former }: ModelState,
  entry: LedgerEntry,
): RolloutInFlight | null {
  const { request } = entry.evidence;
  if (champion === null || !isDeployRequest(request) || request.rollout === undefined) return null;
  return {
    request,
    spec: request.rollout,
    from: champion,
    to: request.version,
    stage: 0,
    phase: pickedUp(entry.at),
    // Of a former version that was still held ready.
    route: former?.route ?? null,
    applied: null,
    unapplied: 0,
    movedAt: null,
    pausedBy: null,
    looks: 0,
    measurements: [],
    startedAt: entry.at,
  };
}

function moved(state: ModelState, entry: LedgerEntry): RolloutInFlight | null {
  const { rollout, earlier } = state;
  const { route, stage, keepUntil } = entry.evidence;
  if (!isRoute(route) || typeof stage !== 'number') return rollout;
  if (typeof keepUntil !== 'string') {
    if (rollout === null) return null;
    // What stood before a later stage was applied by every gateway, or it would not have come to it.
    const applied = stage === rollout.stage ? rollout.applied : rollout.route;
    const phase = pickedUp(entry.at);
    return { ...rollout, stage, route, applied, movedAt: entry.at, phase };
  }
  const promoted = started({ ...state, champion: earlier[0] ?? null }, entry);
  return promoted && { ...promoted, stage, route, phase: { kind: 'keeping', until: keepUntil } };
}

/** The number that the model's route had after a line; 0 where the line says nothing of it. */
function routeNumberOf({ evidence: { route, endsRoute } }: LedgerEntry): number {
  if (typeof endsRoute === 'number') return endsRoute;
  if (typeof route === 'number') return route;
  return isRoute(route) ? route.number : 0;
}

function isRoute(value: JsonValue | undefined): value is JsonValue & TrafficRoute {
  const route = value as Partial<TrafficRoute> | null | undefined;
  return (
    typeof route === 'object' &&
    route !== null &&
    Array.isArray(route.arms) &&
    Array.isArray(route.shadows) &&
    Number.isSafeInteger(route.number) &&
    isWholeRoute({ arms: route.arms, shadows: route.shadows })
  );
}

function isDeployRequest(value: unknown): value is DeployRequest {
  return complaintOfDeployRequest(value) === null;
}
