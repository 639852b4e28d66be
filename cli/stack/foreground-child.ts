import type { JsonObject } from '../../contracts/index.js';
import { MillraceError } from '../../contracts/index.js';
import type { Cli } from '../command.js';
import { EXIT } from '../errors.js';
import { endInWords, NodeChild } from './node-child.js';

/**
 * Runs one worker or gateway in the foreground until it ends or Ctrl-C; its log is on our stderr.
 *
 * @param graceMs - how long it may take to stop
 * @param onReady - given what its ready line said
 * @throws MillraceError `InvalidInput` where it refuses its settings, with the exit code that it has
 * itself; `ServiceUnavailable` when it ends by itself
 */
export async function runInForeground(
  cli: Cli,
  name: string,
  child: { readonly program: string; readonly env: NodeJS.ProcessEnv; readonly graceMs: number },
  onReady: (said: JsonObject) => void,
): Promise<void> {
  const interrupted = cli.catchInterrupts();
  const running = new NodeChild({ program: child.program, env: child.env, log: 'inherit' });
  let stopping = false;
  const stop = () => {
    stopping = true;
    void running.stop(child.graceMs);
  };
  interrupted.addEventListener('abort', stop);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  running.ready.then(onReady).catch(() => {});
  const end = await running.ended;
  if (!stopping && end.code === EXIT.badInput) {
    const hint = 'what is wrong is above';
    throw new MillraceError('InvalidInput', `the ${name} refuses to start so`, hint);
  }
  if (!stopping) {
    throw new MillraceError(
      'ServiceUnavailable',
      `the ${name} ended: ${endInWords(end)}`,
      'what it printed is above; `millrace doctor` looks at this machine',
    );
  }
  cli.exitCode = interrupted.aborted ? EXIT.interrupted : EXIT.done;
}
