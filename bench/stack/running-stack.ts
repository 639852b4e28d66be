import { spawn } from 'node:child_process';
import { MillraceError } from '../../contracts/index.js';
import { CLI } from '../spawned.js';

/** A stack in the foreground of a process that was spawned as a user's shell would. */
export interface RunningStack {
  /** From spawn to the line that says it is up. */
  readonly readyMs: number;
  readonly gatewayAddress: string;
  /** Of the supervisor; the others are below it. */
  readonly pid: number;
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
  stop(): Promise<void>;
}

/**
 * `millrace up` on free ports.
 *
 * @throws MillraceError `ServiceUnavailable` when it ends before it is up
 */
export async function startStack(env: NodeJS.ProcessEnv): Promise<RunningStack> {
  const startedMs = performance.now();
  const ports = ['--temporal-port', '0', '--gateway-port', '0'];
  const child = spawn(process.execPath, [CLI, 'up', '--json', ...ports], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const endWithUs = (): void => {
    child.kill('SIGTERM');
  };
  process.once('exit', endWithUs);
  child.once('close', () => process.off('exit', endWithUs));
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr = `${stderr}${chunk}`.slice(-4_000);
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const document = await new Promise<UpDocument>((resolve, reject) => {
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
      const said = parse(stdout);
      if (said !== null) resolve(said);
    });
    void ended.then(() =>
      reject(new MillraceError('ServiceUnavailable', `millrace up ended:\n${stderr}`)),
    );
  });
  return {
    readyMs: performance.now() - startedMs,
    ...document,
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
}

type UpDocument = Pick<RunningStack, 'gatewayAddress' | 'pid' | 'processes'>;

/** The document, once all of it has been written. */
function parse(text: string): UpDocument | null {
  try {
    return JSON.parse(text) as UpDocument;
  } catch {
    return null;
  }
}
