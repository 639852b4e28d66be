import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { CommandLine } from './command-line.js';

/**
 * Waits for the word on its input and ends; when the input closes without it, the worker is dead, and
 * the container goes. In a session of its own, so that neither a Ctrl-C nor the end of the worker's
 * group reaches it.
 */
const SCRIPT = `
trap '' HUP INT TERM
echo ready
read -r word && [ "$word" = done ] && exit 0
exec "$@"
`;

/** Removes a container should this worker die, however it dies. */
export interface Reaper {
  /** The container is gone: nothing is left to do. */
  release(): void;
}

/** Resolves once the container would not survive this worker. */
export async function startReaper(
  { program, env }: CommandLine,
  container: string,
): Promise<Reaper> {
  const child = spawn(
    '/bin/sh',
    ['-c', SCRIPT, 'millrace-reaper', program, 'rm', '--force', container],
    { detached: true, stdio: ['pipe', 'pipe', 'ignore'], cwd: '/', env },
  );
  child.stdin.on('error', () => undefined);
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  child.stdout.destroy();
  child.unref();
  return { release: () => void child.stdin.end('done\n') };
}
