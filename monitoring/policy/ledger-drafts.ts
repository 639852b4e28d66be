import type { ChangeRequest, LedgerAction, RetrainRequest } from '../../contracts/index.js';
import type { Admission } from './admit.js';
import type { ChangeInFlight, LedgerDraft, ModelState } from './state.js';

/** The ledger lines that the reducer writes. Keys are business keys: a repeat leaves one line. */

export function changeDraft(model: string, change: ChangeInFlight): LedgerDraft {
  const { request } = change;
  return {
    model,
    key: `transition/${model}/${change.transition}`,
    asOf: request.asOf,
    actor: request.actor,
    action: request.kind === 'rollback' ? 'rolled-back' : 'promoted',
    from: change.from?.version ?? null,
    to: change.to,
    reason: request.reason,
    evidence: { ...request.evidence, requestId: request.requestId },
  };
}

/** Moves the alias back when the gateways did not take the version. */
export function compensationDraft(model: string, change: ChangeInFlight): LedgerDraft {
  const forward = changeDraft(model, change);
  return {
    ...forward,
    key: `transition/${model}/${change.transition + 1}`,
    actor: 'millrace',
    action: 'compensated',
    from: change.to,
    to: change.from?.version ?? null,
    reason: `version ${change.to} was not served by every live gateway`,
    evidence: { requestId: change.request.requestId },
  };
}

export function refusedDraft(
  state: ModelState,
  request: ChangeRequest,
  action: Extract<LedgerAction, 'deploy-refused' | 'rollback-refused' | 'kept-as-challenger'>,
  detail: string,
): LedgerDraft {
  return {
    model: state.model,
    key: `${action}/${request.requestId}`,
    asOf: request.asOf,
    actor: request.actor,
    action,
    from: state.champion?.version ?? null,
    to: request.version,
    reason: `${detail} (asked: ${request.reason})`,
    evidence: { ...request.evidence, requestId: request.requestId },
  };
}

export function retrainHeldDraft(
  state: ModelState,
  request: RetrainRequest,
  held: Extract<Admission, { admitted: false }>,
): LedgerDraft {
  return {
    ...retrainDraft(state, request, 'retrain-held'),
    reason: `held by ${held.guard}: ${held.detail} (asked: ${request.reason})`,
    evidence: { ...request.evidence, requestId: request.requestId, guard: held.guard },
  };
}

export function retrainDraft(
  state: ModelState,
  request: RetrainRequest,
  action: Extract<LedgerAction, 'retrain-started' | 'retrain-held' | 'retrain-ended'>,
): LedgerDraft {
  const champion = state.champion?.version ?? null;
  return {
    model: state.model,
    key: `${action}/${request.requestId}`,
    asOf: request.asOf,
    actor: request.actor,
    action,
    from: champion,
    to: champion,
    reason: request.reason,
    evidence: {
      ...request.evidence,
      requestId: request.requestId,
      trigger: request.trigger,
      window: request.window === null ? null : { ...request.window },
    },
  };
}
