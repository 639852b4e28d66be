import { isJsonObject, type JsonObject, type JsonValue } from './json.js';
import { checkParams } from './params.js';
import type { ParamSpec } from './plan.js';

/** What becomes of a question that nobody answered in time. */
export const ON_TIMEOUT = ['reject', 'approve', 'fail'] as const;
export type OnTimeout = (typeof ON_TIMEOUT)[number];

/** The fields that whoever approves fills in: declared as parameters are. */
export type ApprovalForm = { readonly [field: string]: ParamSpec };

/** A question that a run has put to people. One a step of a run. */
export interface ApprovalRequest {
  readonly runId: string;
  readonly stepId: string;
  readonly pipeline: string;
  readonly model: string | null;
  /** Who may answer: holders of one of these roles; without any, everyone. */
  readonly roles: readonly string[];
  readonly message: string;
  readonly form: ApprovalForm;
  readonly onTimeout: OnTimeout;
  /** Wall clock, RFC 3339; `null`: it waits without limit. */
  readonly deadline: string | null;
  readonly askedAt: string;
}

/** How a question was settled. */
export interface ApprovalDecision {
  readonly answer: 'approved' | 'rejected' | 'unanswered';
  /** Of the answer that settled it; the same on every delivery. */
  readonly answerId: string;
  /** `user:ada`; `deadline` where time ran out. */
  readonly actor: string;
  readonly reason: string;
  readonly at: string;
  /** Of the form, checked; empty unless approved. */
  readonly values: JsonObject;
  /** The role in which the actor answered; `null` where the question is everyone's, or no list says. */
  readonly role: string | null;
}

/** A question as the registry keeps it. */
export interface ApprovalRecord {
  readonly request: ApprovalRequest;
  /** `null` while it waits. */
  readonly decision: ApprovalDecision | null;
}

/** What a person sends to the run's workflow. */
export interface ApprovalReply {
  readonly stepId: string;
  readonly answer: 'approve' | 'reject';
  /** Of the form's fields, as they were typed. */
  readonly values: JsonObject;
  readonly actor: string;
  readonly reason: string;
}

/** What the person is told. A refused reply leaves the question open, or finds it settled. */
export type ReplyOutcome =
  | { readonly accepted: true; readonly decision: ApprovalDecision }
  | { readonly accepted: false; readonly detail: string; readonly hint?: string };

const LONGEST_REASON = 2_000;

/** What is wrong with a reply that came from outside; `null` when it is well formed. */
export function complaintOfApprovalReply(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'a reply must be an object';
  const reply = value as Record<string, unknown>;
  for (const name of ['stepId', 'actor', 'reason']) {
    const text = reply[name];
    if (typeof text !== 'string' || text === '' || text.length > LONGEST_REASON) {
      return `${name} must be text of 1 to 2,000 characters`;
    }
  }
  const { answer, values } = reply;
  if (answer !== 'approve' && answer !== 'reject') return 'answer must be approve or reject';
  return isJsonObject(values) ? null : 'values must be an object of field values';
}

export type FilledForm =
  | { readonly ok: true; readonly values: JsonObject }
  | { readonly ok: false; readonly complaint: string };

/**
 * Checks what was typed against a form and fills in its defaults.
 *
 * @example fillForm({ budget: { type: 'integer', max: 10 } }, { budget: '7' });
 * // { ok: true, values: { budget: 7 } }
 */
export function fillForm(
  form: ApprovalForm,
  given: { readonly [field: string]: JsonValue },
): FilledForm {
  const check = checkParams(form, given, 'field');
  return check.ok
    ? { ok: true, values: check.params }
    : { ok: false, complaint: check.problems.map(({ message }) => message).join('; ') };
}
