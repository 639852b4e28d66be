import type { Client } from '@temporalio/client';
import { MESSAGE, MIRROR_WORKFLOW_ID, TASK_QUEUE, WORKFLOW } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';

/**
 * While something waits nobody need be told, unless whoever was to tell it was killed before: then a
 * change after so long tells it.
 */
const TELL_AGAIN_MS = 300_000;

/**
 * Wakes the workflow that tells MLflow what waits, starting it where it does not run. Nobody waits
 * for it, and it never throws: a signal that did not arrive is sent again with the next change.
 *
 * @param now - ms of a clock that only goes forward
 */
export function createMirrorWaker(
  client: Client,
  logger: Logger,
  now: () => number = () => performance.now(),
): {
  /** @param wasEmpty - nothing waited before: else somebody is at it already */
  changed(wasEmpty: boolean): void;
} {
  let sending = false;
  let again = false;
  let owed = false;
  let toldMs = Number.NEGATIVE_INFINITY;
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
      if (!wasEmpty && !owed && now() - toldMs < TELL_AGAIN_MS) return;
      owed = false;
      toldMs = now();
      again = true;
      if (!sending) void send();
    },
  };
}
