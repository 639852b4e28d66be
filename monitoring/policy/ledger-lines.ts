import {
  complaintOfDeployRequest,
  complaintOfLabelsRequest,
  complaintOfRepairRequest,
  complaintOfRetrainRequest,
  complaintOfRollbackRequest,
  type GatedRequest,
  type JsonValue,
  type LedgerEntry,
  type PendingRequest,
  type Repair,
} from '../../contracts/index.js';
import type { Undoable } from './state.js';

/** What lines of the ledger keep whole, read back from them. */

/** The request that a line keeps waiting; `null` for any other line. */
export function pendingFromLine({ action, evidence }: LedgerEntry): PendingRequest | null {
  if (action !== 'approval-requested' && action !== 'waiting') return null;
  const { request, detail, until } = evidence;
  if (!isGatedRequest(request)) return null;
  return {
    request,
    waitsFor: action === 'waiting' ? 'quiet-hours' : 'approval',
    detail: String(detail),
    until: typeof until === 'string' ? until : null,
  };
}

function isGatedRequest(value: unknown): value is GatedRequest {
  return [
    complaintOfDeployRequest,
    complaintOfRollbackRequest,
    complaintOfRetrainRequest,
    complaintOfRepairRequest,
    complaintOfLabelsRequest,
  ].some((complaint) => complaint(value) === null);
}

/** The repair that a line began. */
export function repairFromLine({ evidence }: LedgerEntry): Repair | null {
  const { repair } = evidence;
  return isRepair(repair) ? repair : null;
}

function isRepair(value: unknown): value is Repair {
  const repair = value as Record<string, JsonValue> | null | undefined;
  return (
    typeof repair === 'object' &&
    repair !== null &&
    typeof repair['key'] === 'string' &&
    ['impute', 'fallback', 'quarantine'].includes(String(repair['kind']))
  );
}

/** What a line's action can be taken back as; `null` where it had no time to undo it. */
export function undoableFromLine(entry: LedgerEntry): Undoable | null {
  const { undoUntil, runId } = entry.evidence;
  if (typeof undoUntil !== 'string') return null;
  const base = { entryKey: entry.key, until: undoUntil };
  switch (entry.action) {
    case 'promoted':
    case 'rolled-back':
      return entry.to === null
        ? null
        : {
            ...base,
            what: entry.action === 'promoted' ? 'promotion' : 'rollback',
            from: entry.from,
            to: entry.to,
          };
    case 'retrain-started':
      return { ...base, what: 'retrain', runId: String(runId) };
    case 'repaired': {
      const repair = repairFromLine(entry);
      return repair === null ? null : { ...base, what: 'repair', repairKey: repair.key };
    }
    default:
      return null;
  }
}
