import {
  type ApprovalDecision,
  type ApprovalReply,
  type ApprovalRequest,
  type ApproveInputs,
  fillForm,
  formatDurationMs,
  formatEventTime,
  isMillraceError,
  type LedgerEntry,
  type ReplyOutcome,
  type StepFailure,
  type StepOutcome,
  type StepTask,
} from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';
import { type PlanCache, stepOf } from '../plan-cache.js';
import { endedRecord, runningRecord } from '../step-record.js';
import { listOf } from './ask-approval.js';
import { checkRole, type RoleCheck, readRoles, rolesPath } from './read-roles.js';
import { tellOfApproval } from './tell-of-approval.js';

export interface SettleApproval {
  readonly task: StepTask;
  readonly request: ApprovalRequest;
  /** The same on every delivery. */
  readonly answerId: string;
  /** `null`: the deadline has passed. */
  readonly reply: ApprovalReply | null;
}

/**
 * Settles a question by a person's reply or by its deadline: the decision with its line in the
 * ledger, the step's record, the channels. Who does not hold the role is refused, and the question
 * stays open. Repeatable: the first decision stays.
 */
export function settleApproval(deps: ActivityDeps, plans: PlanCache) {
  return async ({ task, request, answerId, reply }: SettleApproval): Promise<ReplyOutcome> => {
    const drafted = reply === null ? byDeadline(request) : await byPerson(deps, request, reply);
    if ('detail' in drafted) return { accepted: false, ...drafted };
    const decision = await deps.registry.approvals.settle(
      request,
      { ...drafted, answerId },
      ledgerLine(task, request, drafted),
    );
    const step = stepOf(await plans.load(task.run.plan), task.stepId);
    const started = { startedAtMs: Date.parse(request.askedAt), attempt: 1 };
    const running = runningRecord(task, step, started);
    await deps.registry.recordStep(
      decision.answer === 'unanswered'
        ? endedRecord(running, 'failed', { failure: unanswered(decision) })
        : endedRecord(running, outcomeOf(decision).status, { outcome: outcomeOf(decision) }),
    );
    const notify = (step.with as ApproveInputs).notify;
    await tellOfApproval(deps, request, decision, listOf(notify));
    return { accepted: true, decision };
  };
}

type Draft = Omit<ApprovalDecision, 'answerId'>;

async function byPerson(
  { home }: ActivityDeps,
  request: ApprovalRequest,
  { answer, values, actor, reason }: ApprovalReply,
): Promise<Draft | { readonly detail: string; readonly hint?: string }> {
  const check = await mayAnswer(request, actor, rolesPath(home.root));
  if (!check.ok) return { detail: check.detail, hint: check.hint };
  const common = { actor, reason, at: formatEventTime(Date.now()), role: check.role };
  if (answer === 'reject') return { ...common, answer: 'rejected', values: {} };
  const filled = fillForm(request.form, values);
  return filled.ok
    ? { ...common, answer: 'approved', values: filled.values }
    : { detail: filled.complaint };
}

/** A file of roles that cannot be read lets nobody answer, and the question wait. */
async function mayAnswer(
  { roles: asked }: ApprovalRequest,
  actor: string,
  path: string,
): Promise<RoleCheck> {
  if (asked.length === 0) return { ok: true, role: null };
  try {
    return checkRole(asked, actor, await readRoles(path));
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    return { ok: false, detail: error.message, hint: error.hint ?? `correct ${path}` };
  }
}

function byDeadline(request: ApprovalRequest): Draft {
  const { form, onTimeout, askedAt, deadline } = request;
  const waitedMs = Math.max(0, Date.parse(deadline ?? askedAt) - Date.parse(askedAt));
  const common = {
    actor: 'deadline',
    reason: `nobody answered within ${formatDurationMs(waitedMs)}`,
    at: formatEventTime(Date.now()),
    role: null,
  };
  if (onTimeout !== 'approve') {
    return { ...common, answer: onTimeout === 'fail' ? 'unanswered' : 'rejected', values: {} };
  }
  const filled = fillForm(form, {});
  return { ...common, answer: 'approved', values: filled.ok ? filled.values : {} };
}

/** What a step that people approved hands on. */
export function outcomeOf({ answer, actor, reason, at, values }: ApprovalDecision): StepOutcome {
  return {
    status: answer === 'approved' ? 'completed' : 'rejected',
    cached: false,
    outputs: { values: { values, answer, by: actor, reason, at }, artifacts: {}, metrics: {} },
    gate: null,
  };
}

function unanswered({ reason }: ApprovalDecision): StepFailure {
  return {
    type: 'Unanswered',
    message: reason,
    hint: 'run it again, or say what is to happen with onTimeout: reject or approve',
  };
}

function ledgerLine(
  { run }: StepTask,
  { stepId, message }: ApprovalRequest,
  { answer, actor, reason, at, values, role }: Draft,
): LedgerEntry | null {
  if (run.model === null) return null;
  return {
    model: run.model,
    key: `step-settled/${run.runId}/${stepId}`,
    at,
    asOf: run.asOf,
    actor,
    action: answer === 'approved' ? 'step-approved' : 'step-rejected',
    from: null,
    to: null,
    reason,
    evidence: { runId: run.runId, stepId, question: message, values, role, answer },
  };
}
