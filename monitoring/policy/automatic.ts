import type { GatedRequest, RiskClass } from '../../contracts/index.js';
import type { ModelState } from './state.js';

/**
 * Whether nobody asked for it by hand. A promotion or a run that a person started is by hand; what a
 * monitor, a schedule or a retraining asks for is not, nor what another system signals.
 */
export function isAutomatic(request: GatedRequest): boolean {
  if (request.approvedBy !== undefined) return false;
  switch (request.kind) {
    case 'promote':
      return false;
    case 'deploy':
      return request.actor !== 'run:manual';
    case 'retrain':
      return request.trigger !== 'manual';
    case 'rollback':
      return request.trigger === 'monitor' || request.actor.startsWith('monitor');
    case 'repair':
    case 'askForLabels':
      return request.actor.startsWith('monitor');
  }
}

/** The request's own class; a version that a retraining made has at least the class of that. */
export function riskOf({ retrain }: ModelState, request: GatedRequest): RiskClass {
  const own = request.risk ?? 'low';
  if (request.kind !== 'deploy' || retrain === null) return own;
  const inherited =
    request.evidence['runId'] === retrain.runId ? (retrain.request.risk ?? 'low') : 'low';
  return RANK[inherited] > RANK[own] ? inherited : own;
}

const RANK: Readonly<Record<RiskClass, number>> = { low: 0, medium: 1, high: 2 };

const UNDO_MS = 24 * 3_600_000;

/** Until when an action can be undone, by the wall clock; `null` where it is not of medium risk. */
export function undoUntilOf(
  state: ModelState,
  request: GatedRequest,
  nowMs: number,
): string | null {
  if (!isAutomatic(request) || riskOf(state, request) !== 'medium') return null;
  const inherited = request.kind === 'deploy' ? state.retrain?.request.undoMs : undefined;
  return new Date(nowMs + (request.undoMs ?? inherited ?? UNDO_MS)).toISOString();
}
