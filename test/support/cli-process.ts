import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { commandFile, packageRoot } from '../../setup/places.mjs';

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
  /** Resolves once stdout holds the text; rejects with what was printed when the process ends first. */
  stdoutHas(text: string): Promise<void>;
}

/**
 * Starts the built `millrace` as a user does, in a directory of its own.
 *
 * @throws Error when `dist/` has not been built
 */
export function startCli(
  cwd: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): RunningCli {
  const main = commandFile(packageRoot());
  if (!existsSync(main)) throw new Error(`${main} is missing: run \`npm run build\``);
  const { TEMPORAL_ADDRESS: _address, MILLRACE_HOME: _home, ...inherited } = process.env;
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...inherited, ...env } });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout.on('data', (data) => {
    stdout += String(data);
    for (const watcher of watchers) watcher();
  });
  child.stderr.on('data', (data) => {
    stderr += String(data);
  });
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    child,
    ended,
    stdoutHas: (text) =>
      new Promise((resolve, reject) => {
        const look = () => stdout.includes(text) && resolve();
        watchers.add(look);
        look();
        void ended.then(() => reject(new Error(`it ended first:\n${stdout}\n${stderr}`)));
      }),
  };
}

export function runCli(
  cwd: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CliResult> {
  return startCli(cwd, args, env).ended;
}
