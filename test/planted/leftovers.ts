import { readdirSync, readlinkSync } from 'node:fs';

/**
 * Ends the processes that work in a directory or below: what a bug lets live on. Only Linux tells where a
 * process works; elsewhere they end by themselves.
 */
export function endProcessesIn(directory: string): void {
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const place = workingDirectory(pid);
    if (place !== directory && place?.startsWith(`${directory}/`) !== true) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended just now.
    }
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
