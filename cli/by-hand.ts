import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import {
  FAILURE_TYPES,
  type HandRequests,
  MillraceError,
  TASK_QUEUE,
  WORKFLOW,
} from '../contracts/index.js';
import type { HomeLayout } from '../storage/home/layout.js';
import type { Cli } from './command.js';
import { registryAnswers } from './rooms.js';
import { withTemporal } from './temporal.js';

/** A worker that is just starting takes some seconds. */
const ANSWER_WITHIN_MS = 60_000;

/**
 * Has a worker do what the command line may not: write to the registry, or send with the secrets
 * that the worker has.
 *
 * @throws MillraceError what the worker refused it with; `ServiceUnavailable` when none answers,
 * `RegistryUnavailable` where the worker could not write either
 */
export async function askWorker<Kind extends keyof HandRequests>(
  cli: Cli,
  home: HomeLayout,
  kind: Kind,
  input: HandRequests[Kind]['input'],
): Promise<HandRequests[Kind]['result']> {
  await registryAnswers(home);
  return withTemporal(cli, home, ({ client }) => execute(client, kind, input));
}

async function execute<Kind extends keyof HandRequests>(
  client: Client,
  kind: Kind,
  input: HandRequests[Kind]['input'],
): Promise<HandRequests[Kind]['result']> {
  const { WorkflowFailedError } = await import('@temporalio/client');
  const { isGrpcDeadlineError } = await import('@temporalio/client');
  try {
    return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      client.workflow.execute(WORKFLOW.byHand, {
        workflowId: `by-hand/${kind}/${randomUUID()}`,
        taskQueue: TASK_QUEUE.control,
        workflowExecutionTimeout: ANSWER_WITHIN_MS,
        args: [{ kind, input }],
      }),
    );
  } catch (error) {
    if (error instanceof WorkflowFailedError) throw await understood(error);
    if (isGrpcDeadlineError(error)) throw noAnswer(error);
    throw error;
  }
}

/** The failure of the activity, below Temporal's wrappers. */
export async function understood(error: Error): Promise<Error> {
  const { ApplicationFailure, TimeoutFailure } = await import('@temporalio/common');
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause !== undefined) {
    if (cause instanceof ApplicationFailure) break;
    cause = cause.cause;
  }
  if (cause instanceof TimeoutFailure) return noAnswer(error);
  if (!(cause instanceof ApplicationFailure)) return error;
  const type = FAILURE_TYPES.find((known) => known === cause.type) ?? 'Internal';
  const [detail] = (cause.details ?? []) as readonly ({ readonly hint?: string } | undefined)[];
  return new MillraceError(type, cause.message, detail?.hint, { cause: error });
}

function noAnswer(cause: unknown): MillraceError {
  return new MillraceError(
    'ServiceUnavailable',
    `no worker did it within ${ANSWER_WITHIN_MS / 1_000} s`,
    'start one with millrace up or millrace worker, then ask again',
    { cause },
  );
}
