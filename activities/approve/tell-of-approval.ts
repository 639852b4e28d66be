import type { Alert, ApprovalDecision, ApprovalRequest } from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';
import { startAlert } from '../notify/raise-alert.js';

/**
 * Tells channels of a question, or of how it was settled.
 *
 * @param channels - those that the file names; without any nobody is told
 */
export async function tellOfApproval(
  deps: Pick<ActivityDeps, 'temporal'>,
  request: ApprovalRequest,
  decision: ApprovalDecision | null,
  channels: readonly string[],
): Promise<void> {
  if (channels.length === 0) return;
  await startAlert(deps, alertOf(request, decision, channels));
}

function alertOf(
  request: ApprovalRequest,
  decision: ApprovalDecision | null,
  channels: readonly string[],
): Alert {
  const { runId, stepId, pipeline, message } = request;
  const group = `approval/${runId}/${stepId}`;
  const words = decision === null ? asked(request) : settled(request, decision);
  return {
    ...words,
    key: `${group}/${decision === null ? 'asked' : 'settled'}`,
    group,
    model: request.model ?? pipeline,
    severity: 'info',
    status: 'notice',
    facts: {
      pipeline,
      run: runId,
      step: stepId,
      ...(request.roles.length > 0 && { role: request.roles.join(', ') }),
      ...(request.deadline !== null && { deadline: request.deadline }),
      question: message.slice(0, 500),
    },
    channels: [...channels],
  };
}

function asked(request: ApprovalRequest): Pick<Alert, 'title' | 'text' | 'at'> {
  const { runId, stepId, pipeline, message, askedAt } = request;
  const fields = Object.keys(request.form).map((field) => ` --field ${field}=…`);
  return {
    title: `${pipeline} asks: ${message}`.slice(0, 200),
    text: `${message}\n\nAnswer: millrace approve ${runId} ${stepId}${fields.join('')} --reason "…" (--reject says no)`,
    at: askedAt,
  };
}

function settled(
  { pipeline, stepId }: ApprovalRequest,
  { answer, actor, reason, at }: ApprovalDecision,
): Pick<Alert, 'title' | 'text' | 'at'> {
  const title = answer === 'unanswered' ? 'was not answered' : `was ${answer} by ${actor}`;
  return { title: `${pipeline}: ${stepId} ${title}`, text: reason, at };
}
