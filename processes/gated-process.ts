import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { StepPipe } from './step-pipes.js';

/**
 * Waits on descriptor 4 for the word, then becomes the command. When the worker dies first, the read
 * ends without it: there is no moment in which the command runs and nobody would end it.
 */
const GATE = 'read -r word <&4 && [ "$word" = go ] || exit 125; exec "$@" 4<&-';

export interface GatedProcess {
  readonly pid: number;
  /** Lets the command start. */
  go(): void;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/**
 * Starts a command in a session, and so a process group, of its own, behind a gate.
 *
 * @throws the system's error when the process cannot be made (too many processes, too long arguments)
 */
export async function spawnGated(
  argv: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: { readonly [name: string]: string };
    /** Descriptor 3 is for what a step tells of its progress. */
    readonly pipes: { readonly stdout: StepPipe; stderr: StepPipe; progress?: StepPipe };
  },
): Promise<GatedProcess> {
  const { stdout, stderr, progress } = options.pipes;
  const child: ChildProcess = spawn('/bin/sh', ['-c', GATE, 'millrace-step', ...argv], {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', stdout.writeEnd, stderr.writeEnd, progress?.writeEnd ?? 'ignore', 'pipe'],
  });
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await once(child, 'spawn');
  if (child.pid === undefined) throw new Error('the process has no id');
  const gate = child.stdio[4] as Writable;
  // A process that was ended behind the gate no longer listens.
  gate.on('error', () => undefined);
  return { pid: child.pid, go: () => void gate.end('go\n'), exited };
}
