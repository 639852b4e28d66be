import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { MillraceError, type RunPipelineResult, type RunStatus } from '../../contracts/index.js';

/** A server that is being restarted is back well within this time. */
const SERVER_MAY_BE_GONE_MS = 120_000;

export interface RunEnd {
  readonly status: Exclude<RunStatus, 'running'>;
  readonly detail: string | null;
}

/**
 * Waits for a run's workflow to end. Goes on waiting while the server restarts: the run is durable
 * and so is the watching of it.
 *
 * @param onServerGone - told once each time that the server stops answering
 * @param recordedEnd - how the run ended by the registry, asked while the server is gone: its successor
 * may have another address; absent: nobody is asked
 * @throws MillraceError `ServiceUnavailable` when the server stays away
 */
export async function awaitRunEnd(
  client: Client,
  workflowId: string,
  onServerGone: () => void,
  recordedEnd: () => Promise<RunEnd | null> = async () => null,
): Promise<RunEnd> {
  const { CancelledFailure, isGrpcServiceError, ServiceError, WorkflowFailedError } = await import(
    '@temporalio/client'
  );
  let goneSince: number | null = null;
  for (;;) {
    const asked = Date.now();
    try {
      const result: RunPipelineResult = await client.workflow.getHandle(workflowId).result();
      return { status: result.status, detail: result.detail };
    } catch (error) {
      if (error instanceof WorkflowFailedError) {
        return error.cause instanceof CancelledFailure
          ? { status: 'cancelled', detail: null }
          : { status: 'failed', detail: rootMessage(error) };
      }
      if (!(error instanceof ServiceError) && !isGrpcServiceError(error)) throw error;
      // A long poll that had been open for a while shows that the server was there meanwhile.
      if (goneSince === null || Date.now() - asked > 10_000) {
        goneSince = Date.now();
        onServerGone();
      }
      const recorded = await recordedEnd();
      if (recorded !== null) return recorded;
      if (Date.now() - goneSince > SERVER_MAY_BE_GONE_MS) {
        throw new MillraceError(
          'ServiceUnavailable',
          'Temporal stopped answering while the run was watched; the run goes on once it is back',
          'start it again with millrace up, then look with millrace show latest',
          { cause: error },
        );
      }
      await sleep(1_000);
    }
  }
}

/** The innermost message: the outer ones only say that a workflow failed. */
function rootMessage(error: Error): string {
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message;
}
