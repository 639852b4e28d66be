import { readdirSync, readlinkSync } from 'node:fs';

/**
 * Ends the processes that work below a directory: what a bug lets live on. Only Linux tells where a
 * process works; elsewhere they end by themselves.
 */
export function endProcessesBelow(directory: string): void {
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (workingDirectory(pid)?.startsWith(`${directory}/`)) process.kill(Number(pid), 'SIGKILL');
  }
}

function workingDirectory(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // It has ended, or belongs to somebody else.
    return null;
  }
}
