import { spawn } from 'node:child_process';

/** Blocks until its standard input closes, then ends the process that it was told of. */
const SCRIPT = 'read -r _; kill "$0" 2>/dev/null';

/**
 * Makes a process end when this one does, even by SIGKILL: a shell waits on a pipe that the system
 * closes with us.
 *
 * @returns ends the arrangement; call it once the process has ended, so that its id is not held
 * against another process that gets it later
 */
export function tieToThisProcess(pid: number): () => void {
  const watchdog = spawn('/bin/sh', ['-c', SCRIPT, String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.on('error', () => {});
  watchdog.unref();
  return () => watchdog.kill('SIGKILL');
}
