import { type ApprovalRequest, formatDurationMs, type OnTimeout } from '../../contracts/index.js';
import { wrap } from '../render/table.js';
import { formatTime } from '../render/values.js';
import { shortRunId } from '../runs/short-run-id.js';

/** A question that waits, in the JSON of `show`, `runs` and `approve`. */
export interface WaitingDocument {
  readonly runId: string;
  readonly pipeline: string;
  readonly step: string;
  readonly message: string;
  /** Empty: everyone may answer. */
  readonly roles: readonly string[];
  readonly form: ApprovalRequest['form'];
  readonly askedAt: string;
  /** `null`: it waits without limit. */
  readonly deadline: string | null;
  readonly onTimeout: OnTimeout;
  /** What approves it. */
  readonly command: string;
}

export function waitingDocument(request: ApprovalRequest): WaitingDocument {
  const { runId, pipeline, stepId, message, roles, form, askedAt, deadline, onTimeout } = request;
  const common = { runId, pipeline, step: stepId, message, roles, form, askedAt };
  return { ...common, deadline, onTimeout, command: commandOf(request) };
}

/** The whole run id: runs of one moment share their beginning. */
function commandOf({ runId, stepId, form }: ApprovalRequest): string {
  const required = Object.entries(form).filter(([, spec]) => spec.default === undefined);
  const fields = required.map(([field]) => ` --field ${field}=…`);
  return `millrace approve ${runId} ${stepId}${fields.join('')} --reason "…"`;
}

/** `ml-lead or owner`; `anyone` where the question is everyone's. */
export function awaitedWords(roles: readonly string[]): string {
  return roles.length === 0 ? 'anyone' : roles.join(' or ');
}

/** Who is awaited, what is asked, until when, and how to answer. */
export function waitingLines(waiting: WaitingDocument, width: number): readonly string[] {
  const { step, roles, message, form, deadline, onTimeout, askedAt, command } = waiting;
  const indent = (text: string, by: number): readonly string[] =>
    wrap(text, Math.max(20, width - by)).map((line) => `${' '.repeat(by)}${line}`);
  return [
    ...indent(`step ${step} waits for ${awaitedWords(roles)} since ${formatTime(askedAt)} UTC`, 2),
    ...indent(message, 4),
    ...Object.entries(form).flatMap(([field, spec]) => indent(`${field}: ${fieldWords(spec)}`, 4)),
    ...(deadline === null ? [] : indent(deadlineWords(deadline, onTimeout), 4)),
    // A command is copied: it is never wrapped.
    `    answer: ${command}`,
  ];
}

function fieldWords(spec: ApprovalRequest['form'][string]): string {
  const { type, description, min, max, default: standard } = spec;
  const bounds = [
    ...(min === undefined ? [] : [`from ${min}`]),
    ...(max === undefined ? [] : [`to ${max}`]),
    ...(spec.enum === undefined ? [] : [`one of ${spec.enum.join(', ')}`]),
    ...(standard === undefined ? [] : [`default ${String(standard)}`]),
  ];
  const words = [type, ...bounds].join(', ');
  return description === undefined ? words : `${words} (${description})`;
}

const AT_DEADLINE: Readonly<Record<OnTimeout, string>> = {
  reject: 'it is rejected',
  approve: 'it is approved',
  fail: 'the step fails',
};

function deadlineWords(deadline: string, onTimeout: OnTimeout): string {
  const leftMs = Date.parse(deadline) - Date.now();
  const left = leftMs > 0 ? ` (in ${formatDurationMs(Math.ceil(leftMs / 1_000) * 1_000)})` : '';
  return `until ${formatTime(deadline)} UTC${left}; then ${AT_DEADLINE[onTimeout]}`;
}

/** One line for somebody who watches the run. */
export function waitingNotice({ runId, step, roles }: WaitingDocument): string {
  const run = shortRunId(runId);
  return `${step} waits for ${awaitedWords(roles)}: millrace approve ${run} shows what is asked`;
}
