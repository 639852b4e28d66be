import type { ChangeRequest, RollbackRequest } from '../../../contracts/index.js';
import { isAutomatic } from '../automatic.js';
import { beginSwitch } from '../begin-switch.js';
import type { ModelState } from '../state.js';
import { count, type Step } from '../step.js';
import { giveBack } from './end-rollout.js';
import type { RolloutInFlight } from './rollout-state.js';

/**
 * Whether a rollback means the version that is being rolled out, and not the champion: a person who
 * rolls back takes back what is newest. A monitor names what it complains of.
 */
export function meansRollout({ from, to }: RolloutInFlight, request: RollbackRequest): boolean {
  if (request.blames === to) return true;
  if (isAutomatic(request)) return false;
  return request.version === null || request.version === from.version;
}

/**
 * A request that was found good while a rollout is in flight. A rollback always wins; another
 * version takes the place of the one that is on its way, and is compared from the beginning; a
 * person who promotes that very version ends the comparison.
 */
export function changeDuringRollout(
  state: ModelState,
  rollout: RolloutInFlight,
  request: ChangeRequest,
  nowMs: number,
): Step {
  const { reason } = request;
  const { from, to } = rollout;
  if (request.kind !== 'rollback' && request.version === to) {
    return beginSwitch(
      { ...state, rollout: { ...rollout, phase: { kind: 'promoting' } } },
      request,
      { to },
      nowMs,
    );
  }
  if (request.kind !== 'rollback') {
    const detail = `version ${request.version} takes the place of version ${to}: ${reason}`;
    const end = { status: 'superseded', detail, answer: 'kept-as-challenger' } as const;
    return giveBack(wait(state, request), rollout, end, nowMs);
  }
  if (meansRollout(rollout, request)) {
    const detail = `version ${from.version} answers all requests again: ${reason}`;
    const end = { status: 'rolled-back', detail, answer: 'kept-as-challenger' } as const;
    return giveBack(count(state, 'acted'), rollout, end, nowMs, request);
  }
  const detail = `a rollback ends it: ${reason}`;
  const end = { status: 'rolled-back', detail, answer: 'kept-as-challenger' } as const;
  return giveBack(wait(state, request), rollout, end, nowMs);
}

/** Decided on once nothing else is under way; a rollback stands before whatever else waits. */
export function wait(state: ModelState, request: ChangeRequest): ModelState {
  const first = state.waiting.findIndex((waiting) => waiting.kind !== 'rollback');
  const index = request.kind === 'rollback' && first >= 0 ? first : state.waiting.length;
  return { ...state, waiting: state.waiting.toSpliced(index, 0, request) };
}
