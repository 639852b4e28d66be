import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './stack-file.js';

/**
 * Ends a process that is not our child and waits until it is gone: SIGTERM, after a while SIGKILL.
 *
 * @param graceMs - time it gets after SIGTERM
 * @returns false when it was gone already
 */
export async function endProcess(process: ProcessIdentity, graceMs: number): Promise<boolean> {
  if (!send(process, 'SIGTERM')) return false;
  if (!(await isGoneWithin(process, graceMs))) {
    send(process, 'SIGKILL');
    await isGoneWithin(process, 10_000);
  }
  return true;
}

/** Waits for the end of a process that was told already, or ends by itself. */
export async function isGoneWithin(process: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isAlive(process)) {
    if (performance.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}

function send(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  // Compared just before: the id may have gone to a stranger.
  if (!isAlive(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch {
    return false;
  }
}
