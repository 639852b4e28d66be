import type {
  ApprovalDecision,
  ApprovalRecord,
  ApprovalRequest,
} from '../../../contracts/index.js';
import type { ApprovalFilter } from '../approval-book.js';
import { fromJson, fromJsonOrNull, toJson } from '../json-text.js';
import type { RegistryDb } from '../store.js';

export async function listApprovals(
  db: RegistryDb,
  { runId, waiting }: ApprovalFilter,
): Promise<readonly ApprovalRecord[]> {
  let query = db
    .selectFrom('approvals')
    .innerJoin('runs', 'runs.run_id', 'approvals.run_id')
    .select(['approvals.request', 'approvals.decision'])
    .orderBy('approvals.asked_at')
    .orderBy('approvals.run_id')
    .orderBy('approvals.step_id');
  if (runId !== undefined) query = query.where('approvals.run_id', '=', runId);
  if (waiting === true) {
    query = query.where('approvals.decision', 'is', null).where('runs.status', '=', 'running');
  }
  return (await query.execute()).map(({ request, decision }) => ({
    request: fromJson(request),
    decision: fromJsonOrNull(decision),
  }));
}

export function selectApproval(db: RegistryDb, runId: string, stepId: string) {
  return db
    .selectFrom('approvals')
    .select(['request', 'decision'])
    .where('run_id', '=', runId)
    .where('step_id', '=', stepId);
}

export function insertApproval(db: RegistryDb, request: ApprovalRequest) {
  return db
    .insertInto('approvals')
    .values({
      run_id: request.runId,
      step_id: request.stepId,
      asked_at: request.askedAt,
      request: toJson(request),
      decision: null,
    })
    .onConflict((conflict) => conflict.columns(['run_id', 'step_id']).doNothing());
}

export function settleApproval(
  db: RegistryDb,
  runId: string,
  stepId: string,
  decision: ApprovalDecision,
) {
  return db
    .updateTable('approvals')
    .set({ decision: toJson(decision) })
    .where('run_id', '=', runId)
    .where('step_id', '=', stepId)
    .where('decision', 'is', null);
}
