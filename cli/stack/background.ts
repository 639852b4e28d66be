import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { type FailureType, MillraceError } from '../../contracts/index.js';
import { packageRoot } from '../../setup/places.mjs';
import type { StackOptions } from './stack.js';
import type { StackState } from './stack-file.js';
import { lastLogLines, openStackLog, stackLogFile } from './stack-log.js';

/** What the background process tells the one that started it. */
export type BackgroundMessage =
  | { readonly event: 'ready'; readonly state: StackState }
  | {
      readonly event: 'failed';
      readonly type: FailureType;
      readonly message: string;
      readonly hint: string | undefined;
    };

/** The options without those that only the process itself can have. */
export type BackgroundOptions = Omit<StackOptions, 'env' | 'background'>;

/**
 * Starts the stack in a process of its own, which outlives this one, and returns when it is ready.
 *
 * @throws MillraceError as `runStack`
 */
export async function startBackgroundStack(
  options: BackgroundOptions,
  env: NodeJS.ProcessEnv,
): Promise<StackState> {
  const program = join(packageRoot(), 'dist', 'cli', 'stack', 'background-main.js');
  const log = openStackLog(options.home, 'stack');
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    cwd: options.home.root,
    env,
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  try {
    return await new Promise<StackState>((resolve, reject) => {
      child.once('message', (message: BackgroundMessage) => {
        if (message.event === 'ready') resolve(message.state);
        else reject(new MillraceError(message.type, message.message, message.hint));
      });
      child.once('error', (error) => reject(endedEarly(options, error.message)));
      child.once('exit', (code, signal) =>
        reject(endedEarly(options, signal === null ? `exit code ${code}` : `ended by ${signal}`)),
      );
    });
  } finally {
    child.removeAllListeners();
    if (child.connected) child.disconnect();
    child.unref();
  }
}

function endedEarly({ home }: BackgroundOptions, reason: string): MillraceError {
  return new MillraceError(
    'ServiceUnavailable',
    `millrace did not start in the background (${reason})\n${lastLogLines(home, 'stack', 10)}`,
    `what it printed is in ${stackLogFile(home, 'stack')}`,
  );
}
