import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import { MillraceError } from '../contracts/index.js';
import type { TemporalTarget } from './connection.js';

const RETRY_MS = 100;

/**
 * Connects a worker. The server may be starting at the same moment, so this tries for a while.
 *
 * @param timeoutMs - 30 s when absent
 * @throws MillraceError `ServiceUnavailable` when the server did not answer in that time
 */
export async function connectWorker(
  target: TemporalTarget,
  timeoutMs = 30_000,
): Promise<NativeConnection> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await NativeConnection.connect(target.connection);
    } catch (cause) {
      if (performance.now() > deadline) {
        throw new MillraceError(
          'ServiceUnavailable',
          `the Temporal server at ${target.address} does not answer`,
          'start one with `millrace up`, or set TEMPORAL_ADDRESS to the address of one that runs',
          { cause },
        );
      }
      await sleep(RETRY_MS);
    }
  }
}
