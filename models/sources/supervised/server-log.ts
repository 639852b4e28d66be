import { rename, stat } from 'node:fs/promises';
import { openStepLog, type StepLog } from '../../../processes/step-log.js';

/** Beyond it a log is put aside at the next start, in the place of the one before. */
const MOST_BYTES = 16 * 2 ** 20;

/** The log of a server, over its restarts; what one life of it may write is bounded. */
export async function openServerLog(path: string): Promise<StepLog> {
  const found = await stat(path).catch(() => null);
  if (found !== null && found.size > MOST_BYTES) {
    await rename(path, `${path}.1`).catch(() => undefined);
  }
  return openStepLog(path, { headBytes: MOST_BYTES / 2, partBytes: MOST_BYTES / 4 });
}
