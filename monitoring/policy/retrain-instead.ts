import {
  type Evidence,
  isTimeWindow,
  type RetrainRequest,
  type RollbackRequest,
  type TimeWindow,
} from '../../contracts/index.js';
import { onRetrainRequested } from './reduce-retrain.js';
import { count, type Step } from './step.js';

/**
 * What a monitor's rollback turns into where no earlier version would do better: the guards of a
 * retrain hold it as any other.
 */
export function retrainInstead(
  { state, effects }: Step,
  rollback: RollbackRequest,
  detail: string,
  nowMs: number,
): Step {
  const { requestId, asOf, actor, risk, undoMs, notify, evidence } = rollback;
  const request: RetrainRequest = {
    kind: 'retrain',
    trigger: 'monitor',
    requestId: `${requestId}/retrain-instead`,
    asOf,
    actor,
    reason: `instead of a rollback: ${detail} (asked: ${rollback.reason})`.slice(0, 2_000),
    evidence: { ...evidence, insteadOf: requestId },
    window: windowOf(evidence),
    plan: null,
    answerTo: null,
    ...(risk !== undefined && { risk }),
    ...(undoMs !== undefined && { undoMs }),
    ...(notify !== undefined && { notify }),
  };
  const retrain = onRetrainRequested(count(state, 'received'), request, nowMs);
  return { state: retrain.state, effects: [...effects, ...retrain.effects] };
}

function windowOf({ window }: Evidence): TimeWindow | null {
  return isTimeWindow(window) ? { start: window.start, end: window.end } : null;
}
