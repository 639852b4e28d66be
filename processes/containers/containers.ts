import * as z from 'zod';
import type { ProcessEnd } from '../process-end.js';
import type { CommandLine } from './command-line.js';
import { attemptOfName } from './container-name.js';
import { noAnswer } from './engine.js';
import { inspected } from './inspected.js';

/** Label by which the containers of a step are found again. */
export const MARK_LABEL = 'millrace.mark';

const REMOVE_ATTEMPTS = 5;
const REMOVE_MS = 10_000;

export interface OtherContainer {
  readonly name: string;
  readonly attempt: number;
}

/**
 * The containers of a step, of whatever attempt and in whatever state.
 *
 * @throws MillraceError `ServiceUnavailable` when the command line cannot tell
 */
export async function containersOf(
  { program, run }: CommandLine,
  mark: string,
): Promise<readonly OtherContainer[]> {
  const filter = `label=${MARK_LABEL}=${mark}`;
  const args = ['ps', '--all', '--filter', filter, '--format', '{{.Names}}'];
  const { code, stdout, stderr } = await run(args);
  if (code !== 0) throw noAnswer(program, stderr);
  return stdout.split(/\s+/).flatMap((name) => {
    const attempt = attemptOfName(name);
    return attempt === null ? [] : [{ name, attempt }];
  });
}

/** Kills a container, where it runs, and removes it. Resolves to whether it is gone. */
export async function removeContainer({ run }: CommandLine, name: string): Promise<boolean> {
  for (let attempt = 1; attempt <= REMOVE_ATTEMPTS; attempt++) {
    const { code, stderr } = await run(['rm', '--force', name], { timeoutMs: REMOVE_MS }).catch(
      (error: Error) => ({ code: null, stderr: error.message }),
    );
    // Some say so of one that is gone, others do not mind.
    if (code === 0 || /no such (container|object)|no container with/i.test(stderr)) return true;
    // "removal already in progress": another one removes it.
    await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt));
  }
  return false;
}

const stateSchema = z.object({
  State: z.object({
    Status: z.string().optional(),
    Running: z.boolean().optional(),
    ExitCode: z.number().int().optional(),
    OOMKilled: z.boolean().optional(),
    Error: z.string().optional(),
  }),
});

/** How a container ended, by its engine. */
export interface ContainerEnd extends ProcessEnd {
  /** The kernel ended it since it took more memory than it was given. */
  readonly outOfMemory: boolean;
  /** Why it did not start, where the engine keeps that; `null` where it started. */
  readonly startError: string | null;
  /** It still runs: only whoever followed it has ended. */
  readonly running: boolean;
}

const NOT_STARTED: readonly string[] = ['created', 'configured', 'initialized'];

/** @param attached - how the command line ended that followed it: what counts where its engine does not tell */
export async function containerEnd(
  { run }: CommandLine,
  name: string,
  attached: ProcessEnd,
): Promise<ContainerEnd> {
  const { code, stdout } = await run(['container', 'inspect', name]);
  const found = code === 0 ? inspected(stateSchema, stdout) : null;
  const state = found?.State ?? {};
  const { Status: status = '', Running: running = false, Error: error = '' } = state;
  // Podman leaves one that cannot start as it was made, with exit code 0.
  const isUnstarted = error !== '' || NOT_STARTED.includes(status);
  const exitCode = isUnstarted ? undefined : state.ExitCode;
  return {
    code: exitCode ?? attached.code,
    signal: exitCode === undefined ? attached.signal : null,
    outOfMemory: state.OOMKilled ?? false,
    startError: isUnstarted ? error : null,
    running,
  };
}
