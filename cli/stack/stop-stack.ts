import { MillraceError } from '../../contracts/index.js';
import { lockOwner, tryLock } from '../../setup/lock.mjs';
import type { HomeLayout } from '../../storage/home/layout.js';
import { endProcess } from './end-process.js';
import { endLeftovers } from './leftovers.js';
import { stackLock } from './stack-file.js';

/** Gateway 10 s, worker 20 s, server 10 s, each at its worst. */
const STOP_GRACE_MS = 45_000;

export interface StopResult {
  /** False where nothing ran. */
  readonly stopped: boolean;
  /** The supervisor's; `null` where there was none. */
  readonly pid: number | null;
}

/**
 * Stops the stack of a state directory and waits until all its processes are gone. Runs go on when
 * it is started again.
 */
export async function stopStack(
  home: HomeLayout,
  note: (text: string) => void,
): Promise<StopResult> {
  const supervisor = lockOwner(stackLock(home));
  if (supervisor !== null) {
    note(`stopping millrace (process ${supervisor.pid})`);
    await endProcess(supervisor, STOP_GRACE_MS);
  }
  const lock = tryLock(stackLock(home));
  if ('owner' in lock) {
    throw new MillraceError(
      'ServiceUnavailable',
      `millrace was started again for ${home.root} while it was stopped`,
      'run `millrace down` again to end that one as well',
    );
  }
  try {
    const leftovers = await endLeftovers(home, note);
    return { stopped: supervisor !== null || leftovers > 0, pid: supervisor?.pid ?? null };
  } finally {
    lock.release();
  }
}
