import type {
  DeployAnswer,
  Evidence,
  FailureType,
  RolloutStatus,
} from '../../../contracts/index.js';
import type { ModelEffect } from '../events.js';
import type { ModelState } from '../state.js';
import type { Step } from '../step.js';
import { rolloutDraft } from './rollout-drafts.js';
import { endedRecord } from './rollout-record.js';
import {
  isRouteMoving,
  type RolloutEnd,
  type RolloutInFlight,
  rolloutIdOf,
} from './rollout-state.js';

/** Who ends a rollout, and by which request. */
export interface EndedBy {
  readonly actor: string;
  readonly asOf: string;
  readonly requestId: string;
}

/**
 * Gives all requests back to the champion and ends the rollout, at any of its stages. What was
 * under way is overtaken: a route that is still being written has a lower number, and counts no more.
 *
 * @param by - absent: millrace itself
 */
export function giveBack(
  state: ModelState,
  rollout: RolloutInFlight,
  end: RolloutEnd,
  nowMs: number,
  by?: EndedBy,
): Step {
  const rolloutId = rolloutIdOf(rollout);
  const number = state.route + 1;
  const evidence: Evidence = {
    status: end.status,
    ...(by !== undefined && { requestId: by.requestId }),
    ...(rollout.route !== null && { route: number }),
  };
  const entry = rolloutDraft(state.model, rollout, {
    action: 'rollout-ended',
    reason: end.detail,
    ...(by !== undefined && { by }),
    evidence,
  });
  if (rollout.route === null) {
    const finished = finish(state, rollout, end, nowMs, end.answer);
    return { ...finished, effects: [{ kind: 'record', entry }, ...finished.effects] };
  }
  const overtaken: ModelEffect[] = isRouteMoving(rollout)
    ? [{ kind: 'overtake-route', rolloutId }]
    : [];
  return {
    state: { ...state, route: number, rollout: { ...rollout, phase: { kind: 'returning', end } } },
    effects: [...overtaken, { kind: 'withdraw-route', rolloutId, number, entry }],
  };
}

/** The rollout is over; whoever asked is told. */
export function finish(
  state: ModelState,
  rollout: RolloutInFlight,
  end: {
    readonly status: RolloutStatus;
    readonly detail: string;
    readonly failure?: FailureType;
  },
  nowMs: number,
  answer: DeployAnswer['outcome'] | null,
): Step {
  const record = endedRecord(state.model, rollout, end, nowMs);
  const { requestId, answerTo } = rollout.request;
  const answered: ModelEffect[] =
    answer === null || answerTo === null
      ? []
      : [
          {
            kind: 'answer-deploy',
            to: answerTo,
            answer: {
              requestId,
              outcome: answer,
              serving: 'not-served',
              detail: end.detail,
              ...(end.failure !== undefined && { failure: end.failure }),
            },
          },
        ];
  return {
    state: { ...state, rollout: null },
    effects: [{ kind: 'keep-rollout', rollout: record }, ...answered],
  };
}
