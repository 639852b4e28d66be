import type { GatedRequest } from '../../contracts/index.js';
import type { ModelEvent } from './events.js';
import { onChangeEnded, thenNextWaiting } from './reduce-change.js';
import { onApprovalAnswered, onReadinessChecked, onTimePassed } from './reduce-pending.js';
import { onRepairsPrepared } from './reduce-repair.js';
import { onPipelineEnded, onRetrainNotStarted, onRetrainStarted } from './reduce-retrain.js';
import { onUndoRequested } from './reduce-undo.js';
import { letGo, onRolloutReport } from './rollout/reduce-rollout.js';
import { rolloutRecord } from './rollout/rollout-record.js';
import { onRolloutSteered } from './rollout/steer-rollout.js';
import { route } from './route-request.js';
import type { ModelState } from './state.js';
import { once, type Step } from './step.js';

/**
 * The state machine of a model's production state: pure, total, the same in `manageModel` and in a
 * backtest. At most one change and one retrain are in flight in any reachable state.
 *
 * @param nowMs - wall clock, which ends pauses, quiet hours and the time to undo; in a backtest the
 * event time stands for it
 * @example reduce(emptyState('bike'), { kind: 'change-requested', request }, Date.now()); // → one switch-champion effect
 */
export function reduce(
  state: ModelState,
  event: ModelEvent,
  nowMs: number = eventTimeMs(state, event),
): Step {
  return showRollout(state, letGo(onEvent(state, event, nowMs), nowMs));
}

/** The registry shows a rollout as it stands after each event. */
function showRollout(before: ModelState, step: Step): Step {
  const { rollout, model } = step.state;
  if (rollout === null || rollout === before.rollout) return step;
  const shown = { kind: 'keep-rollout', rollout: rolloutRecord(model, rollout) } as const;
  return { ...step, effects: [...step.effects, shown] };
}

function onEvent(state: ModelState, event: ModelEvent, nowMs: number): Step {
  switch (event.kind) {
    case 'change-requested':
    case 'retrain-requested':
    case 'repair-requested':
    case 'labels-requested':
      return once(state, event.request.requestId, (fresh) =>
        route(fresh, unapproved(event.request), nowMs),
      );
    case 'change-ended':
      return onChangeEnded(state, event, nowMs);
    case 'retrain-started':
      return onRetrainStarted(state, event, nowMs);
    case 'retrain-not-started':
      return onRetrainNotStarted(state, event);
    case 'pipeline-ended':
      return onPipelineEnded(state, event.ended);
    case 'repairs-prepared':
      return onRepairsPrepared(state, event, nowMs);
    case 'readiness-checked':
      return onReadinessChecked(state, event, nowMs);
    case 'approval-answered':
      return onApprovalAnswered(state, event, nowMs);
    case 'undo-requested':
      return onUndoRequested(state, event.request, nowMs);
    case 'smoke-tested':
    case 'route-moved':
    case 'route-withdrawn':
    case 'withdrawal-unseen':
    case 'arms-measured':
      return thenNextWaiting(onRolloutReport(state, event, nowMs), nowMs);
    case 'rollout-steered':
      return thenNextWaiting(onRolloutSteered(state, event.request, nowMs), nowMs);
    case 'time-passed':
      return onTimePassed(state, nowMs);
    case 'paused':
    case 'resumed':
      return onPauseOrResume(state, event);
  }
}

/** Only an answer that passes through here approves anything. */
function unapproved(request: GatedRequest): GatedRequest {
  if (request.approvedBy === undefined) return request;
  const { approvedBy: _, ...asked } = request;
  return asked;
}

function eventTimeMs(state: ModelState, event: ModelEvent): number {
  switch (event.kind) {
    case 'change-requested':
    case 'retrain-requested':
    case 'repair-requested':
    case 'labels-requested':
    case 'repairs-prepared':
    case 'undo-requested':
    case 'rollout-steered':
      return Date.parse(event.request.asOf);
    case 'approval-answered':
      return Date.parse(event.answer.asOf);
    case 'paused':
    case 'resumed':
      return Date.parse(event.asOf);
    default: {
      const asOf = state.change?.request.asOf ?? state.retrain?.request.asOf;
      return Date.parse(asOf ?? state.champion?.sinceAsOf ?? '1970-01-01T00:00:00Z');
    }
  }
}

function onPauseOrResume(
  state: ModelState,
  event: Extract<ModelEvent, { kind: 'paused' | 'resumed' }>,
): Step {
  const champion = state.champion?.version ?? null;
  const { actor, reason, asOf, kind: action, requestId, until } = event;
  const pause = { actor, reason, ...(until !== undefined && { until }) };
  return {
    state: { ...state, paused: action === 'paused' ? pause : null },
    effects: [
      {
        kind: 'record',
        entry: {
          model: state.model,
          key: `${action}/${requestId}`,
          asOf,
          actor,
          action,
          from: champion,
          to: champion,
          reason,
          evidence: { requestId, ...(until !== undefined && { until }) },
        },
      },
    ],
  };
}
