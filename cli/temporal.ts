import { MillraceError } from '../contracts/index.js';
import type { HomeLayout } from '../storage/home/layout.js';
import type { TemporalClient } from '../temporal/connection.js';
import type { Cli } from './command.js';
import type { EnsuredStack } from './stack/ensure-stack.js';

/**
 * Gives a connected client to `use` and closes it after. Where nothing runs the stack is started
 * in the background, which is said on stderr.
 *
 * @throws MillraceError `ServiceUnavailable` when Temporal does not answer
 */
export async function withTemporal<T>(
  cli: Cli,
  home: HomeLayout,
  use: (temporal: TemporalClient) => Promise<T>,
): Promise<T> {
  const { ensureStack } = await import('./stack/ensure-stack.js');
  const notify = (text: string) => cli.out.noteProse(text);
  return connected(await ensureStack({ home, env: cli.env, notify }), use);
}

/**
 * {@link withTemporal} for commands that only look or switch: where nothing runs nothing is started.
 *
 * @throws MillraceError `ServiceUnavailable` also when no server runs here and none is named
 */
export async function withRunningTemporal<T>(
  cli: Cli,
  use: (temporal: TemporalClient) => Promise<T>,
): Promise<T> {
  const { findStack } = await import('./stack/ensure-stack.js');
  const { findHome } = await import('../storage/home/find-home.js');
  const stack = findStack((await findHome(cli)).layout, cli.env);
  if (stack !== null) return connected(stack, use);
  throw new MillraceError(
    'ServiceUnavailable',
    'nothing runs here, and no Temporal server is named',
    'start it with `millrace up`, or set TEMPORAL_ADDRESS to the address of one that runs',
  );
}

async function connected<T>(
  stack: EnsuredStack,
  use: (temporal: TemporalClient) => Promise<T>,
): Promise<T> {
  const { connectTemporal } = await import('../temporal/connection.js');
  const temporal = await connectTemporal({ env: stack.env });
  try {
    return await use(temporal);
  } catch (error) {
    throw await understood(error, stack.temporalAddress);
  } finally {
    await temporal.connection.close();
  }
}

/** Makes a failure of the connection one that says what to do; leaves every other as it is. */
async function understood(error: unknown, address: string): Promise<unknown> {
  const { isGrpcServiceError, ServiceError, WorkflowNotFoundError } = await import(
    '@temporalio/client'
  );
  if (error instanceof WorkflowNotFoundError) {
    return new MillraceError(
      'NotFound',
      `Temporal at ${address} does not know the workflow ${error.workflowId}`,
      'it ended long ago, or TEMPORAL_ADDRESS names another server than the one it was started on',
      { cause: error },
    );
  }
  const grpc = error instanceof ServiceError ? error.cause : error;
  if (!isGrpcServiceError(grpc)) return error;
  return new MillraceError(
    'ServiceUnavailable',
    `Temporal at ${address}: ${grpc.details || grpc.message}`,
    'millrace doctor says what is wrong; millrace up starts a server on this machine',
    { cause: error },
  );
}
