import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { MillraceError } from '../../contracts/index.js';
import { isExecutable, isFile, programOnPath } from '../programs.js';
import { ownEnvironment } from '../step-environment.js';

/** Command lines that understand Docker's words, in the order in which they are looked for. */
const KNOWN = ['docker', 'podman', 'nerdctl'] as const;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
/** A daemon that does not answer by then is taken to be gone. */
const ANSWER_MS = 60_000;

export interface CommandEnd {
  /** `null`: a signal ended it, or it took too long. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Docker-compatible command line. */
export interface CommandLine {
  /** Absolute path. */
  readonly program: string;
  /** Its environment: the worker's own, so that it knows its daemon and where it is logged in. */
  readonly env: { readonly [name: string]: string };
  /**
   * Runs it to its end.
   *
   * @param options - `env` is added to its own; a pull may take as long as it takes: `timeoutMs` 0
   */
  run(
    args: readonly string[],
    options?: {
      readonly env?: { readonly [name: string]: string };
      readonly signal?: AbortSignal;
      readonly timeoutMs?: number;
    },
  ): Promise<CommandEnd>;
}

/**
 * The command line of this machine: what `MILLRACE_DOCKER` names, else the first of docker, podman and
 * nerdctl on PATH.
 *
 * @returns `null` where there is none
 */
export function findCommandLine(environment: NodeJS.ProcessEnv): CommandLine | null {
  const { MILLRACE_DOCKER: named, PATH: path = '' } = environment;
  const names = named === undefined || named === '' ? KNOWN : [named];
  for (const name of names) {
    const program = findProgram(name, path);
    if (program !== null) return commandLine(program, ownEnvironment({}, undefined, environment));
  }
  return null;
}

function findProgram(name: string, path: string): string | null {
  if (!name.includes('/')) return programOnPath(name, path);
  const program = resolve(name);
  return isFile(program) && isExecutable(program) ? program : null;
}

function commandLine(program: string, env: { readonly [name: string]: string }): CommandLine {
  return {
    program,
    env,
    run: (args, options = {}) =>
      new Promise((resolveEnd, reject) => {
        const { signal, timeoutMs = ANSWER_MS } = options;
        const settings = {
          env: { ...env, ...options.env },
          timeout: timeoutMs,
          maxBuffer: MAX_OUTPUT_BYTES,
          // One that hangs in a request to its daemon need not listen to anything else.
          killSignal: 'SIGKILL' as const,
          ...(signal !== undefined && { signal }),
        };
        execFile(program, [...args], settings, (error, stdout, stderr) => {
          if (signal?.aborted === true) reject(signal.reason);
          else if (error !== null && typeof error.code === 'string')
            reject(cannotRun(program, error));
          else {
            const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
            resolveEnd({ code, stdout, stderr: lateness(error, timeoutMs) + stderr });
          }
        });
      }),
  };
}

function lateness(error: { readonly killed?: boolean } | null, timeoutMs: number): string {
  return error?.killed === true ? `no answer within ${timeoutMs / 1_000} s\n` : '';
}

function cannotRun(program: string, cause: Error): MillraceError {
  return new MillraceError(
    'EnvironmentMissing',
    `${program} cannot be run: ${cause.message}`,
    'name a command line that understands docker by MILLRACE_DOCKER',
    { cause },
  );
}

/** @throws MillraceError `EnvironmentMissing` where there is none */
export function requireCommandLine(found: CommandLine | null, stepId: string): CommandLine {
  if (found !== null) return found;
  const named = process.env['MILLRACE_DOCKER'];
  const lacking =
    named === undefined || named === ''
      ? `none of ${KNOWN.join(', ')}`
      : `no ${named}, which MILLRACE_DOCKER names`;
  throw new MillraceError(
    'EnvironmentMissing',
    `step ${stepId} runs in a container, and this worker has ${lacking}`,
    'install one of them, name it by MILLRACE_DOCKER, or send the step to workers that have it: queue: containers',
  );
}
