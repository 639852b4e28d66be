import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** A file that nobody has written to for this long has no writer, wherever that was. */
const ABANDONED_AFTER_MS = 86_400_000;

const NAME = /^[0-9a-f]{32}\.(\d+)\.(.+)\.part$/;

/** A new name for a file on its way in; it says which process of which machine is writing it. */
export function incomingName(): string {
  return `${randomBytes(16).toString('hex')}.${process.pid}.${hostname()}.part`;
}

/**
 * Removes what killed processes left half-written. A file is removed when its process on this
 * machine is gone, or when nothing has been written to it for a day (another machine may share the
 * directory, and its process ids mean nothing here).
 */
export async function sweepIncoming(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    if (await isAbandoned(name, path)) await rm(path, { force: true });
  }
}

async function isAbandoned(name: string, path: string): Promise<boolean> {
  const [, pid, host] = NAME.exec(name) ?? [];
  if (pid === undefined) return false;
  if (host === hostname() && !isAlive(Number(pid))) return true;
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
