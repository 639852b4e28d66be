import type { Client } from '@temporalio/client';
import { MESSAGE, MIRROR_WORKFLOW_ID, TASK_QUEUE, WORKFLOW } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';

/**
 * Wakes the workflow that tells MLflow what waits, starting it where it does not run. Nobody waits
 * for it, and it never throws: a signal that did not arrive is sent again with the next change.
 */
export function createMirrorWaker(
  client: Client,
  logger: Logger,
): {
  /** @param wasEmpty - nothing waited before: else somebody is at it already */
  changed(wasEmpty: boolean): void;
} {
  let sending = false;
  let again = false;
  let owed = false;
  const send = async (): Promise<void> => {
    sending = true;
    try {
      while (again) {
        again = false;
        await client.workflow.signalWithStart(WORKFLOW.mirrorTracking, {
          workflowId: MIRROR_WORKFLOW_ID,
          taskQueue: TASK_QUEUE.control,
          args: [],
          signal: MESSAGE.checkNow,
          signalArgs: [],
        });
      }
    } catch (error) {
      owed = true;
      logger.warn({ err: error }, 'the mirror could not be woken; the next change tries again');
    } finally {
      sending = false;
    }
  };
  return {
    changed(wasEmpty) {
      if (!wasEmpty && !owed) return;
      owed = false;
      again = true;
      if (!sending) void send();
    },
  };
}
