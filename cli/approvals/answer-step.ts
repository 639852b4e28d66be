import { uuidv7 } from 'uuidv7';
import {
  type ApprovalDecision,
  type ApprovalReply,
  type ApprovalRequest,
  MESSAGE,
  MillraceError,
  type ReplyOutcome,
  type RunRecord,
} from '../../contracts/index.js';
import { suggestion } from '../../pipelines/nearest.js';
import { understood } from '../by-hand.js';
import type { Cli } from '../command.js';
import { UsageError } from '../errors.js';
import { currentActor } from '../options.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { findRun, noSuchRun } from '../runs/find-run.js';
import { shortRunId } from '../runs/short-run-id.js';
import { withTemporal } from '../temporal.js';
import { promotionLines, type WaitingPromotion, waitingPromotions } from './promotions.js';
import { waitingDocument, waitingLines } from './waiting.js';

export interface AnswerOptions {
  readonly reason?: string;
  readonly reject?: boolean;
  readonly field?: Readonly<Record<string, string>>;
}

/** A worker that is just starting takes some seconds. */
const ANSWER_WITHIN_MS = 60_000;

/** Whether a name on the command line is of a run: ids begin with eight hex digits and a hyphen. */
export function isRunName(text: string): boolean {
  return text === 'latest' || /^[0-9a-f]{8}-[0-9a-f-]*$/.test(text);
}

/** Answers a step of a run; without a step and an answer, shows what the run waits for. */
export async function approveRun(
  cli: Cli,
  name: string,
  step: string | undefined,
  options: AnswerOptions,
): Promise<void> {
  const answers =
    step !== undefined ||
    options.reason !== undefined ||
    options.reject === true ||
    options.field !== undefined;
  const done = await withRegistry(await findCliHome(cli), async (registry, home) => {
    const run = await findRun(registry, name);
    const waiting = (await registry.approvals.list({ runId: run.runId, waiting: true })).map(
      ({ request }) => request,
    );
    if (!answers) return list(cli, waiting);
    if (run.status !== 'running') throw ended(run);
    const stepId = step ?? onlyStep(run, waiting);
    const reply: ApprovalReply = {
      stepId,
      answer: options.reject === true ? 'reject' : 'approve',
      values: options.field ?? {},
      actor: currentActor(),
      reason: options.reason ?? 'no reason given',
    };
    refuseFields(reply, waiting);
    const decision = await withTemporal(cli, home, ({ client }) =>
      send(
        (id) =>
          client.workflow
            .getHandle(run.workflowId)
            .executeUpdate<ReplyOutcome, [ApprovalReply]>(MESSAGE.reply, {
              args: [reply],
              updateId: id,
            }),
        (work) => client.withDeadline(Date.now() + ANSWER_WITHIN_MS, work),
      ),
    );
    tell(cli, run, stepId, decision);
  });
  if (done === null) throw noSuchRun(name);
}

/** Everything that waits for people: steps of every run, promotions and versions of every model. */
export async function listWaiting(cli: Cli): Promise<void> {
  await withRegistry(await findCliHome(cli), async (registry) => {
    const records = await registry.approvals.list({ waiting: true });
    const questions = records.map(({ request }) => request);
    list(cli, questions, await waitingPromotions(registry));
    return true;
  }).then((found) => found ?? list(cli, [], []));
}

function list(
  cli: Cli,
  waiting: readonly ApprovalRequest[],
  promotions: readonly WaitingPromotion[] = [],
): void {
  const documents = waiting.map(waitingDocument);
  cli.out.result({ waiting: documents, promotions }, () =>
    documents.length + promotions.length === 0
      ? 'nothing waits for an answer: no step of a run, no version of a model'
      : [
          ...documents.flatMap((document) => [
            cli.out.style.bold(`${document.pipeline} ${shortRunId(document.runId)}`),
            ...waitingLines(document, cli.out.columns),
          ]),
          ...promotions.flatMap((promotion) => promotionLines(promotion, cli.out.columns)),
        ].join('\n'),
  );
}

function onlyStep({ runId }: RunRecord, waiting: readonly ApprovalRequest[]): string {
  const [only, ...others] = waiting;
  if (only !== undefined && others.length === 0) return only.stepId;
  throw new UsageError(
    only === undefined
      ? `no step of run ${runId} waits for an answer`
      : `${waiting.length} steps of run ${runId} wait for an answer`,
    only === undefined
      ? `millrace show ${shortRunId(runId)} tells how far it is`
      : `name one: ${waiting.map(({ stepId }) => stepId).join(', ')}`,
  );
}

/** A misspelt field is told here, where the nearest name is known. */
function refuseFields(
  { stepId, values }: ApprovalReply,
  waiting: readonly ApprovalRequest[],
): void {
  const request = waiting.find((candidate) => candidate.stepId === stepId);
  if (request === undefined) return;
  const known = Object.keys(request.form);
  const unknown = Object.keys(values).find((field) => !known.includes(field));
  if (unknown === undefined) return;
  throw new MillraceError(
    'InvalidInput',
    `the form of ${stepId} has no field ${unknown}`,
    known.length === 0 ? 'it has none' : suggestion(unknown, known),
  );
}

async function send(
  update: (updateId: string) => Promise<ReplyOutcome>,
  within: (work: () => Promise<ReplyOutcome>) => Promise<ReplyOutcome>,
): Promise<ApprovalDecision> {
  const { WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } = await import(
    '@temporalio/client'
  );
  const updateId = uuidv7();
  let outcome: ReplyOutcome;
  try {
    outcome = await within(() => update(updateId));
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
      throw new MillraceError(
        'ServiceUnavailable',
        `no worker took the answer within ${ANSWER_WITHIN_MS / 1_000} s; it may still be taken`,
        'start one with millrace up or millrace worker, then look with millrace show',
        { cause: error },
      );
    }
    throw error instanceof WorkflowUpdateFailedError ? await understood(error) : error;
  }
  if (outcome.accepted) return outcome.decision;
  throw new MillraceError('InvalidInput', outcome.detail, outcome.hint);
}

function ended({ runId, status }: RunRecord): MillraceError {
  return new MillraceError(
    'InvalidInput',
    `run ${runId} waits for nobody: it is ${status}`,
    `millrace show ${shortRunId(runId)} tells how it ended`,
  );
}

function tell(cli: Cli, run: RunRecord, step: string, decision: ApprovalDecision): void {
  const { answer, reason } = decision;
  const by = decision.actor;
  const { runId } = run;
  cli.out.result({ runId, step, decision }, () =>
    answer === 'approved'
      ? `${step} is approved by ${by} (${reason}); run ${shortRunId(runId)} goes on`
      : `${step} is rejected by ${by} (${reason}); run ${shortRunId(runId)} ends as rejected`,
  );
}
