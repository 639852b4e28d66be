import type { HomeLayout } from '../../storage/home/layout.js';
import { endProcess, isGoneWithin } from './end-process.js';
import { isAlive, readStack, removeStack } from './stack-file.js';

/** They stop by themselves when their supervisor is gone; this is how long they may take. */
const OWN_END_MS = 3_000;
const GRACE_MS = 5_000;

/**
 * Ends what a supervisor left behind that was killed, and removes its file. Called by whoever holds
 * the stack's lock, so that no supervisor lives.
 *
 * @returns how many processes there were
 */
export async function endLeftovers(
  home: HomeLayout,
  note: (text: string) => void,
): Promise<number> {
  const processes = readStack(home)?.processes.filter(isAlive) ?? [];
  if (processes.length > 0) {
    const names = processes.map(({ name, pid }) => `${name} ${pid}`).join(', ');
    note(`ending what a stack left that was killed: ${names}`);
    // The server last: a worker that ends reports to it.
    for (const name of ['gateway', 'worker', 'temporal'] as const) {
      for (const process of processes.filter((one) => one.name === name)) {
        if (name !== 'temporal' && (await isGoneWithin(process, OWN_END_MS))) continue;
        await endProcess(process, GRACE_MS);
      }
    }
  }
  removeStack(home);
  return processes.length;
}
