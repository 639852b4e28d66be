import { setTimeout as sleep } from 'node:timers/promises';
import { livingMembers, signalGroup } from './process-identity.js';

/** SIGKILLs a group and resolves once no member of it runs. */
export async function killGroup(group: number): Promise<void> {
  for (let pauseMs = 1; (await livingMembers(group)).length > 0; pauseMs *= 2) {
    // Sent again each time: a member may have been forking when the last one arrived.
    signalGroup(group, 'SIGKILL');
    // No event tells of the end of a process that is not our child.
    await sleep(Math.min(pauseMs, 50));
  }
}

/**
 * Asks a group to end with SIGTERM, and SIGKILLs it after `killAfterMs` or when `leaderExited`
 * resolves, whichever is first: what a leader leaves behind when it ends has no one to answer to.
 */
export async function endGroup(
  group: number,
  killAfterMs: number,
  leaderExited: Promise<unknown>,
): Promise<void> {
  const timeout = new AbortController();
  signalGroup(group, 'SIGTERM');
  await Promise.race([
    leaderExited,
    sleep(killAfterMs, undefined, { signal: timeout.signal }).catch(() => undefined),
  ]);
  timeout.abort();
  await killGroup(group);
}
