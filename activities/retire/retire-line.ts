import type { Evidence, LedgerAction, LedgerEntry, RetireRequest } from '../../contracts/index.js';

/** One step of a retirement as a line of the ledger, found again by its key. */
export function retireLine(
  request: RetireRequest,
  action: LedgerAction,
  what: { readonly step: string; readonly reason: string; readonly evidence?: Evidence },
): LedgerEntry {
  const { requestId, model, actor, asOf } = request;
  return {
    model,
    key: `${request.kind}/${requestId}/${what.step}`,
    at: new Date().toISOString(),
    asOf,
    actor,
    action,
    from: null,
    to: null,
    reason: what.reason,
    evidence: { requestId, step: what.step, ...what.evidence },
  };
}
