import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { commandFile, packageRoot } from '../../setup/places.mjs';

/** The command line under test: what was built, or another build that the variable names. */
export const MAIN = process.env['MILLRACE_TEST_CLI'] ?? commandFile(packageRoot());

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Given the process once stderr or stdout first holds this text. */
  readonly once?: { readonly text: string; readonly act: (pid: number) => void };
}

/** Runs the built command line as a process of its own, as a user does. */
export function millrace(args: readonly string[], options: CallOptions): Promise<Ended> {
  if (!existsSync(MAIN)) throw new Error('dist/ is missing: npm run build makes it');
  const { MILLRACE_HOME, TEMPORAL_ADDRESS, FORCE_COLOR, NO_COLOR, ...inherited } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: options.cwd,
      env: { ...inherited, ...options.env },
    });
    let stdout = '';
    let stderr = '';
    let waiting = options.once;
    const look = (): void => {
      if (waiting === undefined || !`${stdout}${stderr}`.includes(waiting.text)) return;
      const { act } = waiting;
      waiting = undefined;
      if (child.pid !== undefined) act(child.pid);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      look();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      look();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
  });
}

/** The one JSON document that stdout must be. */
export function document<T>(ended: Ended): T {
  return JSON.parse(ended.stdout) as T;
}
