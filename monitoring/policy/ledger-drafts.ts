import type {
  ChangeRequest,
  Evidence,
  GatedRequest,
  LedgerAction,
  PendingRequest,
  RetrainRequest,
} from '../../contracts/index.js';
import type { Held } from './gate.js';
import type { ChangeInFlight, LedgerDraft, ModelState } from './state.js';

/** The ledger lines that the reducer writes. Keys are business keys: a repeat leaves one line. */

export function changeDraft(model: string, change: ChangeInFlight): LedgerDraft {
  const { request, undoUntil, endsRoute } = change;
  return {
    model,
    key: `transition/${model}/${change.transition}`,
    asOf: request.asOf,
    actor: request.actor,
    action: request.kind === 'rollback' ? 'rolled-back' : 'promoted',
    from: change.from?.version ?? null,
    to: change.to,
    reason: request.reason,
    evidence: {
      ...request.evidence,
      requestId: request.requestId,
      ...(request.approvedBy !== undefined && { approvedBy: request.approvedBy }),
      ...(undoUntil !== undefined && { undoUntil }),
      ...(endsRoute !== undefined && { endsRoute }),
    },
  };
}

/**
 * Moves the alias back when the gateways did not take the version.
 *
 * @param why - what they said
 */
export function compensationDraft(
  model: string,
  change: ChangeInFlight,
  why = `version ${change.to} was not served by every live gateway`,
): LedgerDraft {
  const forward = changeDraft(model, change);
  return {
    ...forward,
    key: `transition/${model}/${change.transition + 1}`,
    actor: 'millrace',
    action: 'compensated',
    from: change.to,
    to: change.from?.version ?? null,
    reason: why,
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
    ...requestDraft(state, request, action),
    to: request.version,
    reason: `${detail} (asked: ${request.reason})`,
  };
}

/** What no change, no retrain and no repair came of, with the guard that held it back. */
export function heldDraft(state: ModelState, request: GatedRequest, held: Held): LedgerDraft {
  const line = requestDraft(state, request, heldAction(request));
  return {
    ...line,
    reason: `held by ${held.guard}: ${held.detail} (asked: ${request.reason})`,
    evidence: { ...line.evidence, guard: held.guard },
  };
}

function heldAction(request: GatedRequest): LedgerAction {
  switch (request.kind) {
    case 'deploy':
    case 'promote':
      return 'deploy-refused';
    case 'rollback':
      return 'rollback-refused';
    case 'retrain':
      return 'retrain-held';
    default:
      return 'response-held';
  }
}

/** A request that waits, whole, so that it is found again when Temporal's database is lost. */
export function pendingDraft(
  state: ModelState,
  { request, waitsFor, detail, until }: PendingRequest,
): LedgerDraft {
  const action = waitsFor === 'quiet-hours' ? 'waiting' : 'approval-requested';
  const line = requestDraft(state, request, action);
  return {
    ...line,
    reason: `${detail} (asked: ${request.reason})`,
    evidence: { ...line.evidence, detail, until, request: JSON.parse(JSON.stringify(request)) },
  };
}

export function retrainDraft(
  state: ModelState,
  request: RetrainRequest,
  action: Extract<LedgerAction, 'retrain-started' | 'retrain-ended'>,
): LedgerDraft {
  return requestDraft(state, request, action);
}

/** A line about a request that itself moves no alias. */
export function requestDraft(
  state: ModelState,
  request: GatedRequest,
  action: LedgerAction,
): LedgerDraft {
  const champion = state.champion?.version ?? null;
  const proposes = request.kind === 'deploy' || request.kind === 'promote';
  return {
    model: state.model,
    key: `${action}/${request.requestId}`,
    asOf: request.asOf,
    actor: request.actor,
    action,
    from: champion,
    to: proposes ? request.version : champion,
    reason: request.reason,
    evidence: { ...request.evidence, requestId: request.requestId, ...retrainEvidence(request) },
  };
}

function retrainEvidence(request: GatedRequest): Evidence {
  if (request.kind !== 'retrain') return {};
  const { trigger, window, approvedBy } = request;
  return {
    trigger,
    window: window === null ? null : { ...window },
    ...(approvedBy !== undefined && { approvedBy }),
  };
}

/** A person's answer: `approved`, `rejected`, `undone` and what is refused of them. */
export function answerDraft(
  state: ModelState,
  answer: { readonly actor: string; readonly reason: string; readonly asOf: string },
  line: Pick<LedgerDraft, 'key' | 'action' | 'evidence'> & {
    readonly to?: number | null;
    readonly reason?: string;
  },
): LedgerDraft {
  const champion = state.champion?.version ?? null;
  return {
    model: state.model,
    asOf: answer.asOf,
    actor: answer.actor,
    from: champion,
    to: champion,
    reason: answer.reason,
    ...line,
  };
}
