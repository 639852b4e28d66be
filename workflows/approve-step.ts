import { ApplicationFailure, condition, setHandler, uuid4 } from '@temporalio/workflow';
import {
  type ApprovalDecision,
  type ApprovalReply,
  type ApprovalRequest,
  complaintOfApprovalReply,
  fillForm,
  type ReplyOutcome,
  type StepTask,
} from '../contracts/index.js';
import { controlActivities } from './activity-proxies.js';
import { replyUpdate } from './messages.js';
import type { StepEnd } from './step-graph.js';

interface Reply {
  readonly id: string;
  readonly reply: ApprovalReply;
  outcome: ReplyOutcome | null;
}

interface Question {
  /** `null` while it is being put: whoever has seen it may answer before this workflow hears of it. */
  request: ApprovalRequest | null;
  readonly replies: Reply[];
}

/** Questions of a run that wait, by step. */
export type OpenQuestions = Map<string, Question>;

/**
 * Takes replies for the questions of a run. What cannot be an answer (no such question, a form filled
 * in wrongly) is refused to its sender and leaves no trace; whether the sender may answer is decided
 * in the order in which replies arrive.
 */
export function receiveReplies(): OpenQuestions {
  const questions: OpenQuestions = new Map();
  setHandler(
    replyUpdate,
    async (given) => {
      const reply: Reply = { id: uuid4(), reply: given, outcome: null };
      questions.get(given.stepId)?.replies.push(reply);
      await condition(() => reply.outcome !== null);
      return reply.outcome ?? TOO_LATE;
    },
    { validator: (given) => refuseReply(questions, given) },
  );
  return questions;
}

const TOO_LATE: ReplyOutcome = { accepted: false, detail: 'the question does not wait any more' };

function refuseReply(questions: OpenQuestions, given: ApprovalReply): void {
  const complaint = complaintOfApprovalReply(given);
  if (complaint !== null) throw ApplicationFailure.nonRetryable(complaint, 'InvalidInput');
  const question = questions.get(given.stepId);
  if (question === undefined) {
    const waiting = [...questions.keys()];
    const hint = waiting.length === 0 ? 'nothing does' : `there waits: ${waiting.join(', ')}`;
    throw ApplicationFailure.create({
      type: 'NotFound',
      message: `step ${given.stepId} does not wait for an answer`,
      nonRetryable: true,
      details: [{ hint }],
    });
  }
  // A form that is not known here yet is checked when the reply's turn comes.
  if (given.answer === 'reject' || question.request === null) return;
  const filled = fillForm(question.request.form, given.values);
  if (!filled.ok) throw ApplicationFailure.nonRetryable(filled.complaint, 'InvalidInput');
}

/**
 * Asks people whether the run goes on, and waits for as long as it takes: a waiting workflow costs
 * nothing.
 *
 * @throws the cancellation, when the run is cancelled
 */
export async function approveStep(questions: OpenQuestions, task: StepTask): Promise<StepEnd> {
  const question: Question = { request: null, replies: [] };
  questions.set(task.stepId, question);
  try {
    const { request, decision } = await controlActivities.askApproval({ task });
    if (decision !== null) return endOf(decision);
    question.request = request;
    return endOf(await settled(request, question.replies, task));
  } finally {
    questions.delete(task.stepId);
    for (const reply of question.replies) reply.outcome ??= TOO_LATE;
  }
}

/** Takes the replies in their order until one of them, or the deadline, settles the question. */
async function settled(
  request: ApprovalRequest,
  replies: Reply[],
  task: StepTask,
): Promise<ApprovalDecision> {
  for (;;) {
    await repliedOrDue(request, replies);
    const reply = replies[0];
    const outcome = await controlActivities.settleApproval({
      task,
      request,
      answerId: reply?.id ?? uuid4(),
      reply: reply?.reply ?? null,
    });
    if (reply !== undefined) {
      replies.shift();
      reply.outcome = outcome;
    }
    if (outcome.accepted) return outcome.decision;
  }
}

async function repliedOrDue(
  { deadline }: ApprovalRequest,
  replies: readonly Reply[],
): Promise<void> {
  const replied = () => replies.length > 0;
  if (deadline === null) await condition(replied);
  else await condition(replied, Math.max(1, Date.parse(deadline) - Date.now()));
}

function endOf(decision: ApprovalDecision): StepEnd {
  const { answer, actor, reason, at, values } = decision;
  if (answer === 'approved') {
    const outputs = { values, answer, by: actor, reason, at };
    return { status: 'completed', outputs: { values: outputs, artifacts: {}, metrics: {} } };
  }
  if (answer === 'unanswered')
    return { status: 'failed', failureType: 'Unanswered', detail: reason };
  return { status: 'rejected', detail: `${actor} said no: ${reason}` };
}
